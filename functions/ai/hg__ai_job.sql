-- The job of a number.
-- Writes: nothing. Calls: nothing. Raises: LG404.
CREATE OR REPLACE FUNCTION hg__ai_job(p_job_id bigint) RETURNS hg_ai_jobs
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_job$
DECLARE
    v_job hg_ai_jobs%ROWTYPE;
BEGIN
    SELECT j.* INTO v_job FROM hg_ai_jobs AS j WHERE j.job_id = p_job_id;
    IF NOT found THEN
        RAISE EXCEPTION 'unknown AI job' USING
            ERRCODE = 'LG404',
            DETAIL = format('There is no job %s.', p_job_id),
            HINT = 'Jobs go with their learner, and some time after they have ended '
                '(ai_retention_days): drop the answer.';
    END IF;
    RETURN v_job;
END
$hg__ai_job$;

REVOKE ALL ON FUNCTION hg__ai_job FROM public;
