-- How the installation is, for who runs it.
-- Writes: nothing. Calls: hg__status_functions, hg__status_users, hg__status_verified,
-- hg__status_vacuum, hg__status_ledger, hg__status_legacy, hg__status_ai, hg__status_leaderboard,
-- hg__status_oldest_transaction, hg__status_warnings, hg__status_concerns. Raises: nothing.
-- SECURITY DEFINER: whoever is granted it, a monitor for instance, needs no right on the tables.
-- PARALLEL UNSAFE: as hg_verify.
CREATE OR REPLACE FUNCTION hg_status() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_status$
DECLARE
    v_installation hg_installation%ROWTYPE;
    v_users jsonb := hg__status_users();
    v_status jsonb;
    v_warnings jsonb[];
BEGIN
    SELECT i.* INTO v_installation FROM hg_installation AS i;
    SELECT
        jsonb_build_object(
            'state', v_installation.state,
            'live', v_installation.live,
            'settled', v_installation.settled,
            'code_version', v_installation.code_version,
            'rules_version', v_installation.rules_version,
            'server_version', current_setting('server_version'),
            'modules', (SELECT count(*) FROM hg_modules AS m WHERE m.active),
            'settings_changed', coalesce(jsonb_object_agg(s.name, s.value), '{}'),
            'settings_shipped', coalesce(jsonb_object_agg(s.name, s.shipped), '{}'),
            'functions', hg__status_functions(v_installation),
            'users', v_users || jsonb_build_object('vacuum', hg__status_vacuum('users')),
            'verified', hg__status_verified(v_installation, v_users),
            'ledger', hg__status_ledger()
            || jsonb_build_object('vacuum', hg__status_vacuum('hg_ledger')),
            'oldest_transaction', hg__status_oldest_transaction(),
            'legacy', hg__status_legacy(v_installation.state),
            'ai', hg__status_ai(),
            'leaderboard', hg__status_leaderboard()
        )
    INTO v_status
    FROM hg_settings AS s
    WHERE s.version > 1;
    v_warnings := hg__status_warnings(v_installation, v_status);
    RETURN v_status || jsonb_build_object(
        'concerns', hg__status_concerns(v_warnings),
        'warnings', ARRAY(
            SELECT w.warning ->> 'text'
            FROM unnest(v_warnings) WITH ORDINALITY AS w (warning, place)
            ORDER BY w.warning ->> 'level', w.place
        )
    );
END
$hg_status$;

REVOKE ALL ON FUNCTION hg_status FROM public;

COMMENT ON FUNCTION hg_status IS
$$How the installation is, in one object; it answers in every state, and changes nothing.

state, live (does the API answer), settled (has every learner a document), code_version,
rules_version, server_version, modules (active ones), settings_changed {name: value} since the
installation, settings_shipped {name: what each of them was shipped with}. functions: loaded (how
many), gone and changed (which are not there, or not what was loaded). users: learners and those
without_document (counted where exact is true, else the planner's estimate), bytes, column_type,
column_not_null, compression, options, updates and hot_share (0-1, since the statistics were
reset), vacuum {dead_rows, dead_share, vacuumed_at} (estimates). verified: sampled (some 20
learners, other ones each time, as many as can be verified in a moment), differing (of how many the
document is not what the ledger gives). ledger: rows (estimate, null before the first ANALYZE),
bytes, index_bytes (of those), snapshots_bytes, retention_days (the setting), oldest (the instant
the oldest row was recorded), vacuum. oldest_transaction: the one that keeps vacuum back for
longest: seconds, pid or prepared (its name); null: none that this role may see. legacy: the move
from the older tables, null where there was nothing to move: started_at and finished_at (the
import), learners (built, those built again included), dirty (changes that are still to be built),
quarantined, paused, batch (learners in a step), learners_per_second (while at work), verified_at,
differences (that the verification found), cut_over_at, ignored_writes (of columns that only mirror
the document, since then), archive_rows (estimate). ai: enabled (the setting), and the columns of
hg_v_ai_queue. leaderboard: as_of, age_seconds, learners (who have a rank); null before the first
refresh. concerns: {installation, functions, documents, users, ledger, leaderboard, analyses, move:
ok, look (at daytime) or bad (now)}. warnings: what somebody should look at, each with what to do,
the bad ones first; empty is good.

Only the owner may call it; grant it to whom you like.

Example: SELECT jsonb_pretty(hg_status());$$;
