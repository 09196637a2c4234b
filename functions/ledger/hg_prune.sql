-- Lets go of what need not be kept any longer, by the settings that end in _retention_days.
-- Writes: hg_ledger, hg_snapshots, hg_ai_jobs, hg_ai_usage, hg_ai_analyses, users, and as
-- hg__prune_shared. Calls: hg__raise_argument, hg__require_live, hg__retention_horizon,
-- hg__prune_shared, hg__prune_learner, hg__ai_prune, hg__ai_expire, hg__exact_instant_text.
-- Raises: 22023, 55000, LG422.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_prune(
    p_after users.id%TYPE DEFAULT NULL,
    p_limit integer DEFAULT 1000
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_prune$
DECLARE
    c_budget CONSTANT interval := '50 milliseconds';
    v_started timestamptz := clock_timestamp();
    v_horizon timestamptz := hg__retention_horizon('ledger_retention_days', v_started);
    v_jobs_horizon timestamptz := hg__retention_horizon('ai_retention_days', v_started);
    v_texts_horizon timestamptz := hg__retention_horizon('ai_analyses_retention_days', v_started);
    v_old_jobs boolean := EXISTS (
        SELECT FROM hg_ai_jobs AS j
        WHERE j.finished_at < v_jobs_horizon
        OR (j.state IN ('pending', 'claimed') AND j.ready_at < v_jobs_horizon)
    );
    v_texts boolean := v_texts_horizon IS NOT NULL OR EXISTS (
        SELECT FROM hg_settings AS s WHERE s.name = 'ai_consent_column' AND s.value <> 'null'
    );
    v_shared jsonb := '{"archive_rows": 0, "tombstones": 0}';
    v_learner record;
    v_last jsonb;
    v_learners integer := 0;
    v_rows bigint := 0;
    v_jobs bigint := 0;
    v_analyses bigint := 0;
BEGIN
    IF (p_limit BETWEEN 1 AND 100000) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_limit', p_limit::text, 'A limit is 1 to 100,000 learners.');
    END IF;
    PERFORM hg__require_live();
    -- Once a round.
    IF p_after IS NULL THEN
        v_shared := hg__prune_shared(v_started);
    END IF;

    FOR v_learner IN
        SELECT
            u.id,
            EXISTS (
                SELECT FROM hg_ledger AS l
                WHERE l.user_id = u.id AND l.occurred_at <= v_horizon
                AND l.recorded_at <= v_horizon
                AND l.kind NOT IN ('pause', 'skeleton', 'retention')
            ) AS has_old
        FROM users AS u
        WHERE (v_horizon IS NOT NULL OR v_old_jobs OR v_texts)
        AND (p_after IS NULL OR u.id > p_after)
        ORDER BY u.id
        LIMIT p_limit
    LOOP
        IF v_learner.has_old THEN
            v_rows := v_rows + hg__prune_learner(v_learner.id, v_horizon);
        END IF;
        IF v_old_jobs THEN
            v_jobs := v_jobs + hg__ai_prune(v_learner.id, v_jobs_horizon);
        END IF;
        IF v_texts THEN
            v_analyses := v_analyses + hg__ai_expire(v_learner.id, v_texts_horizon);
        END IF;
        v_learners := v_learners + 1;
        v_last := to_jsonb(v_learner.id);
        EXIT WHEN clock_timestamp() > v_started + c_budget;
    END LOOP;

    RETURN v_shared || jsonb_build_object(
        'horizon', hg__exact_instant_text(v_horizon),
        'learners', v_learners,
        'rows', v_rows,
        'ai_jobs', v_jobs,
        'ai_analyses', v_analyses,
        'after', CASE WHEN EXISTS (
            SELECT FROM users AS u WHERE u.id > v_learner.id
        ) THEN v_last END
    );
END
$hg_prune$;

REVOKE ALL ON FUNCTION hg_prune FROM public;

COMMENT ON FUNCTION hg_prune IS
$$Lets go of what need not be kept any longer, by the settings that end in _retention_days.

ledger_retention_days: ledger rows, learner by learner: what was recorded before is folded into one
checkpoint, and its rows are deleted. No document changes, and none will differ later for it;
hg_verify stays clean. What goes with the rows: ids are refused as duplicates only as long as their
row is kept, activities can no longer be reversed, and hg_as_of answers from the checkpoint on. Rows
stay longer where something recorded since stands before them.
ai_retention_days: jobs of analyses that ended before, and what they cost; with ai_enabled false
those that still wait, too. ai_analyses_retention_days: the analyses in documents; those of OpenAI
go at once where ai_consent_column is set and not true any more. archive_retention_days: the archive
and the quarantine of a move that was finalized. tombstone_retention_days: tombstones.

One call looks at up to p_limit learners (1-100,000) with ids above p_after, and ends after about 50
ms, so that nobody waits for long. Returns {horizon (of the ledger), learners (looked at), rows (of
the ledger, gone), ai_jobs, ai_analyses, archive_rows, tombstones (gone; the last two in the first
call of a round), after}; the caller loops, giving after as the next p_after, until it is null, and
commits after each call: make prune does. Learners whom another session holds are left for the next
time.

Errors: 22023 p_limit out of its domain, 55000 a legacy import is pending, LG422 a checkpoint in the
ledger holds a malformed document. After an error nothing has changed.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_prune();

What is kept for how long: docs/privacy.md$$;
