-- Stores what has become of a job.
-- Writes: hg_ai_jobs. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_write_job(p_job hg_ai_jobs) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_write_job$
BEGIN
    UPDATE hg_ai_jobs AS j SET
        state = p_job.state,
        ready_at = p_job.ready_at,
        finished_at = p_job.finished_at,
        attempt = p_job.attempt,
        worker = p_job.worker,
        problem = p_job.problem,
        input_at = p_job.input_at,
        input_digest = p_job.input_digest,
        input = p_job.input,
        reserved_tokens = p_job.reserved_tokens
    WHERE j.user_id = p_job.user_id AND j.job_id = p_job.job_id;
END
$hg__ai_write_job$;

REVOKE ALL ON FUNCTION hg__ai_write_job FROM public;
