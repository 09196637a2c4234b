-- Deletes a learner's analyses' jobs that ended before an instant, and what they cost. Where
-- analyses are switched off, those that have waited since before it, too: nobody takes them.
-- Returns how many jobs.
-- Writes: hg_ai_jobs, hg_ai_usage. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_prune(
    p_user_id users.id%TYPE, p_horizon timestamptz
) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_prune$
DECLARE
    v_enabled boolean := (SELECT s.value FROM hg_settings AS s WHERE s.name = 'ai_enabled');
    v_jobs integer;
BEGIN
    DELETE FROM hg_ai_usage AS u WHERE u.user_id = p_user_id AND u.answered_at < p_horizon;
    DELETE FROM hg_ai_jobs AS j
    WHERE j.user_id = p_user_id AND (
        j.finished_at < p_horizon
        OR (j.finished_at IS NULL AND j.ready_at < p_horizon AND NOT v_enabled)
    );
    GET DIAGNOSTICS v_jobs := ROW_COUNT;
    RETURN v_jobs;
END
$hg__ai_prune$;

REVOKE ALL ON FUNCTION hg__ai_prune FROM public;
