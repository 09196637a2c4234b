-- An attempt that failed: the job waits for the next one (the provider's own time, where it is
-- longer than the backoff), or is given up; then the rules fill what is missing.
-- Writes: hg_ai_jobs, hg_ai_analyses, users, hg_ledger. Calls: hg__ai_write_job, hg__ai_fill,
-- hg__exact_instant_text. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__ai_give_back(
    p_job hg_ai_jobs, p_problem text, p_retry_after interval DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_give_back$
DECLARE
    c_longest CONSTANT numeric := 86400;
    v_settings jsonb := (SELECT jsonb_object_agg(s.name, s.value) FROM hg_settings AS s);
    v_job hg_ai_jobs%ROWTYPE := p_job;
    v_now timestamptz := clock_timestamp();
    v_seconds numeric := least(
        c_longest,
        (v_settings -> 'ai_backoff_seconds')::numeric * 2 ^ least(p_job.attempt - 1, 20)
    );
BEGIN
    v_job.problem := left(p_problem, 1000);
    v_job.input := NULL;
    v_job.reserved_tokens := NULL;
    IF v_job.attempt < (v_settings -> 'ai_max_attempts')::integer THEN
        v_job.state := 'pending';
        v_job.ready_at := v_now + greatest(v_seconds * interval '1 second', p_retry_after);
    ELSE
        v_job.state := 'dead';
        v_job.finished_at := v_now;
    END IF;
    PERFORM hg__ai_write_job(v_job);
    IF v_job.state = 'dead' THEN
        PERFORM hg__ai_fill(v_job.user_id, v_job.scope);
    END IF;
    RETURN jsonb_build_object(
        'state', CASE v_job.state WHEN 'pending' THEN 'retry' ELSE v_job.state::text END,
        'reason', v_job.problem,
        'ready_at', CASE
            WHEN v_job.state = 'pending' THEN hg__exact_instant_text(v_job.ready_at)
        END
    );
END
$hg__ai_give_back$;

REVOKE ALL ON FUNCTION hg__ai_give_back FROM public;
