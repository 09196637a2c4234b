-- The job of a learner and scope that has not ended; one that still waits for its debounce waits no
-- longer, unless a worker is taking it at this moment. After a failure the backoff stays.
-- Writes: hg_ai_jobs. Calls: hg__ai_open_job. Raises: nothing (NULL where there is no such job).
CREATE OR REPLACE FUNCTION hg__ai_bring_forward(
    p_user_id users.id%TYPE, p_scope text
) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_bring_forward$
DECLARE
    v_job_id bigint := hg__ai_open_job(p_user_id, p_scope);
BEGIN
    PERFORM
    FROM hg_ai_jobs AS j
    WHERE j.user_id = p_user_id AND j.job_id = v_job_id
    AND j.state = 'pending' AND j.attempt = 0 AND j.ready_at > clock_timestamp()
    FOR UPDATE SKIP LOCKED;
    IF found THEN
        UPDATE hg_ai_jobs AS j SET ready_at = clock_timestamp()
        WHERE j.user_id = p_user_id AND j.job_id = v_job_id;
    END IF;
    RETURN v_job_id;
END
$hg__ai_bring_forward$;

REVOKE ALL ON FUNCTION hg__ai_bring_forward FROM public;
