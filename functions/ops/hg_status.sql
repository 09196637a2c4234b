-- How the installation is, for who runs it.
-- Writes: nothing. Calls: hg__status_users, hg__status_ledger, hg__status_legacy,
-- hg__status_ai, hg__status_leaderboard, hg__status_warnings. Raises: nothing.
-- SECURITY DEFINER: whoever is granted it, a monitor for instance, needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_status() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_status$
DECLARE
    v_installation hg_installation%ROWTYPE;
    v_users jsonb := hg__status_users();
    v_legacy jsonb;
    v_ai jsonb := hg__status_ai();
    v_leaderboard jsonb := hg__status_leaderboard();
BEGIN
    SELECT i.* INTO v_installation FROM hg_installation AS i;
    v_legacy := hg__status_legacy(v_installation.state);

    RETURN jsonb_build_object(
        'state', v_installation.state,
        'live', v_installation.live,
        'settled', v_installation.settled,
        'code_version', v_installation.code_version,
        'rules_version', v_installation.rules_version,
        'server_version', current_setting('server_version'),
        'modules', (SELECT count(*) FROM hg_modules AS m WHERE m.active),
        'settings_changed', (
            SELECT coalesce(jsonb_object_agg(s.name, s.value), '{}')
            FROM hg_settings AS s
            WHERE s.version > 1
        ),
        'users', v_users,
        'ledger', hg__status_ledger(),
        'legacy', v_legacy,
        'ai', v_ai,
        'leaderboard', v_leaderboard,
        'warnings', hg__status_warnings(
            v_installation, v_users, v_legacy, v_ai, v_leaderboard
        )
    );
END
$hg_status$;

REVOKE ALL ON FUNCTION hg_status FROM public;

COMMENT ON FUNCTION hg_status IS
$$How the installation is, in one object; it answers in every state, and changes nothing.

state, live (does the API answer), settled (has every learner a document), code_version,
rules_version, server_version, modules (active ones), settings_changed {name: value} since the
installation. users: learners and those without_document (counted where exact is true, else the
planner's estimate), bytes, column_type, column_not_null, compression, options, updates and
hot_share (0-1, since the statistics were reset). ledger: rows (estimate, null before the first
ANALYZE), bytes, index_bytes (of those), snapshots_bytes, retention_days (the setting), oldest (the
instant the oldest row was recorded). legacy: the move from the older tables, null where there was
nothing to move: started_at and finished_at (the import), learners (built, those built again
included), dirty (changes that are still to be built), quarantined, paused, batch (learners in a
step), learners_per_second (while at work), verified_at, differences (that the verification found),
cut_over_at, ignored_writes (of columns that only mirror the document, since then), archive_rows
(estimate). ai: enabled (the setting), and the columns of hg_v_ai_queue. leaderboard: as_of,
age_seconds, learners (who have a rank); null before the first refresh. warnings: what somebody
should look at, each with what to do; empty is good.

Only the owner may call it; grant it to whom you like.

Example: SELECT jsonb_pretty(hg_status());$$;
