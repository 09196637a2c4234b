-- The job of a learner and scope that has not ended.
-- Writes: nothing. Calls: nothing. Raises: nothing (NULL where there is none).
CREATE OR REPLACE FUNCTION hg__ai_open_job(
    p_user_id users.id%TYPE, p_scope text
) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_open_job$
BEGIN
    RETURN (
        SELECT j.job_id
        FROM hg_ai_jobs AS j
        WHERE j.user_id = p_user_id AND j.scope = p_scope AND j.finished_at IS NULL
    );
END
$hg__ai_open_job$;

REVOKE ALL ON FUNCTION hg__ai_open_job FROM public;
