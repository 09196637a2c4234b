-- A job that was given up gets its attempts again.
-- Writes: hg_ai_jobs. Calls: hg__check_present, hg__require_live, hg__ai_job, hg__ai_open_job.
-- Raises: 22023, 55000, LG404.
-- SECURITY DEFINER: whoever is granted it needs no right on the jobs.
CREATE OR REPLACE FUNCTION hg_requeue_ai_job(p_job_id bigint) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_requeue_ai_job$
DECLARE
    v_job hg_ai_jobs%ROWTYPE;
    v_open bigint;
BEGIN
    PERFORM hg__check_present('p_job_id', p_job_id::text, 'Give the job_id of a dead job.');
    PERFORM hg__require_live();
    v_job := hg__ai_job(p_job_id);
    PERFORM FROM users AS u WHERE u.id = v_job.user_id FOR NO KEY UPDATE;
    v_job := hg__ai_job(p_job_id);
    IF v_job.state <> 'dead' THEN
        RAISE EXCEPTION 'the AI job is not dead' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('Job %s is %s.', p_job_id, v_job.state),
            HINT = 'Jobs that have not ended go on by themselves; for a new analysis call '
                'hg_request_ai_analytics.';
    END IF;
    v_open := hg__ai_open_job(v_job.user_id, v_job.scope);
    IF v_open IS NULL THEN
        v_open := p_job_id;
        UPDATE hg_ai_jobs AS j SET
            state = 'pending', attempt = 0, ready_at = clock_timestamp(), finished_at = NULL
        WHERE j.user_id = v_job.user_id AND j.job_id = p_job_id;
    END IF;
    RETURN jsonb_build_object('job_id', v_open, 'state', 'pending');
END
$hg_requeue_ai_job$;

REVOKE ALL ON FUNCTION hg_requeue_ai_job FROM public;

COMMENT ON FUNCTION hg_requeue_ai_job IS
$$Gives a dead job all its attempts again, from now on: after the cause is mended.

Returns {job_id, state}: the job, pending; or the learner's other job of the same scope, where one
has been made since and has not ended.
All of them: SELECT hg_requeue_ai_job(job_id) FROM hg_ai_jobs WHERE state = 'dead';

Errors: 22023 the argument is NULL, 55000 the job is not dead, or a legacy import is pending, LG404
unknown job. After an error nothing has changed.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_requeue_ai_job(17);

Rules: docs/ai-analytics.md$$;
