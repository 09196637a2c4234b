-- The job that has been ready for longest, locked; those that another session holds are passed
-- over. A claimed one is ready when its lease is over.
-- Writes: nothing. Calls: nothing. Raises: nothing (all columns NULL where there is none).
CREATE OR REPLACE FUNCTION hg__ai_ready(p_at timestamptz) RETURNS hg_ai_jobs
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_ready$
DECLARE
    v_job hg_ai_jobs%ROWTYPE;
BEGIN
    SELECT j.* INTO v_job
    FROM hg_ai_jobs AS j
    WHERE j.state IN ('pending', 'claimed') AND j.ready_at <= p_at
    ORDER BY j.ready_at, j.job_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED;
    RETURN v_job;
END
$hg__ai_ready$;

REVOKE ALL ON FUNCTION hg__ai_ready FROM public;
