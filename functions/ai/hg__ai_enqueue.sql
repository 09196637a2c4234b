-- A new job, or the one of the learner and scope that has not ended yet: there is one at most, as
-- whoever comes here holds the learner. Jobs are only read, so no worker is waited for.
-- Writes: hg_ai_jobs. Calls: hg__ai_open_job. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_enqueue(
    p_user_id users.id%TYPE,
    p_scope text,
    p_reason text,
    p_at timestamptz,
    p_wait interval DEFAULT '0',
    p_forced boolean DEFAULT false
) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_enqueue$
DECLARE
    v_job_id bigint := hg__ai_open_job(p_user_id, p_scope);
BEGIN
    IF v_job_id IS NULL THEN
        INSERT INTO hg_ai_jobs AS j (
            user_id, scope, state, reason, forced, requested_at, ready_at, attempt
        )
        VALUES (p_user_id, p_scope, 'pending', p_reason, p_forced, p_at, p_at + p_wait, 0)
        RETURNING j.job_id INTO v_job_id;
    END IF;
    RETURN v_job_id;
END
$hg__ai_enqueue$;

REVOKE ALL ON FUNCTION hg__ai_enqueue FROM public;
