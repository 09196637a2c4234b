-- A job that its worker brings back, with its learner and itself locked, in that order, so that
-- nobody waits in a circle with whoever deletes the learner.
-- Writes: nothing. Calls: hg__ai_job, hg__ai_check_held. Raises: LG404, LG423.
CREATE OR REPLACE FUNCTION hg__ai_hold(p_job_id bigint, p_worker text) RETURNS hg_ai_jobs
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_hold$
DECLARE
    v_job hg_ai_jobs%ROWTYPE := hg__ai_job(p_job_id);
BEGIN
    PERFORM FROM users AS u WHERE u.id = v_job.user_id FOR NO KEY UPDATE;
    PERFORM FROM hg_ai_jobs AS j
    WHERE j.user_id = v_job.user_id AND j.job_id = p_job_id
    FOR UPDATE;
    v_job := hg__ai_job(p_job_id);
    PERFORM hg__ai_check_held(v_job, p_worker);
    RETURN v_job;
END
$hg__ai_hold$;

REVOKE ALL ON FUNCTION hg__ai_hold FROM public;
