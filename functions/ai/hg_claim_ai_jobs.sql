-- Hands jobs out to a worker: those ready for longest, as far as the day's budget goes. Locks are
-- taken in the order day, jobs; no learner is locked.
-- Writes: hg_ai_jobs, hg_ai_days. Calls: hg__ai_check_claim, hg__require_live, hg__ai_budget,
-- hg__ai_ready, hg__ai_prepare, hg__ai_request, hg__ai_write_job. Raises: 22023, 55000.
-- SECURITY DEFINER: a worker sees requests, not learners.
CREATE OR REPLACE FUNCTION hg_claim_ai_jobs(
    p_worker text,
    p_limit integer DEFAULT 1,
    p_lease interval DEFAULT '2 minutes'
) RETURNS TABLE (job_id bigint, scope text, attempt integer, request jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_claim_ai_jobs$
DECLARE
    -- Jobs that have nothing to ask are ended on the way: not for ever in one transaction.
    c_patience CONSTANT interval := '5 seconds';
    v_settings jsonb := (SELECT jsonb_object_agg(s.name, s.value) FROM hg_settings AS s);
    v_now timestamptz := clock_timestamp();
    v_day date := (v_now AT TIME ZONE 'UTC')::date;
    v_budget record;
    v_job hg_ai_jobs%ROWTYPE;
    v_given integer := 0;
BEGIN
    PERFORM hg__ai_check_claim(p_worker, p_limit, p_lease);
    PERFORM hg__require_live();
    IF v_settings -> 'ai_enabled' = 'false' OR NOT EXISTS (
        SELECT FROM hg_ai_jobs AS j
        WHERE j.state IN ('pending', 'claimed') AND j.ready_at <= v_now
    ) THEN
        RETURN;
    END IF;

    v_budget := hg__ai_budget(v_day);
    WHILE v_given < p_limit AND clock_timestamp() < v_now + c_patience LOOP
        EXIT WHEN v_given >= v_budget.o_calls;
        v_job := hg__ai_ready(v_now);
        EXIT WHEN v_job.job_id IS NULL;
        v_job := hg__ai_prepare(v_job, (v_settings -> 'ai_max_attempts')::integer, v_now);
        IF v_job.state = 'claimed' THEN
            request := hg__ai_request(v_job.scope, v_job.input, gen_random_uuid());
            -- No tokeniser makes more of this text than one token for each two bytes.
            v_job.reserved_tokens := octet_length(request::text) / 2
                + (v_settings -> 'ai_max_completion_tokens')::integer;
            EXIT WHEN v_job.reserved_tokens > v_budget.o_tokens;
            v_budget.o_tokens := v_budget.o_tokens - v_job.reserved_tokens;
            v_job.worker := p_worker;
            v_job.attempt := v_job.attempt + 1;
            v_job.ready_at := v_now + p_lease;
            v_given := v_given + 1;
            job_id := v_job.job_id;
            scope := v_job.scope;
            attempt := v_job.attempt;
            RETURN NEXT;
        END IF;
        PERFORM hg__ai_write_job(v_job);
    END LOOP;
    UPDATE hg_ai_days AS d SET calls = d.calls + v_given WHERE d.day = v_day AND v_given > 0;
END
$hg_claim_ai_jobs$;

REVOKE ALL ON FUNCTION hg_claim_ai_jobs FROM public;
GRANT EXECUTE ON FUNCTION hg_claim_ai_jobs TO hg_ai_worker;

COMMENT ON FUNCTION hg_claim_ai_jobs IS
$$Hands out analyses to a worker, those ready for longest first. A job belongs to the worker until
it is completed or failed, or until p_lease is over: then the next who asks gets it. Two workers
never get the same one; they do not wait for each other's calls.

Arguments: p_worker the worker's own name, 1-200 characters, another for each process; p_limit
1-100; p_lease 1 second to 1 day: longer than a call may take. Call it in a transaction of its own.
Returns job_id, scope, attempt (from 1) and request: a body for OpenAI's chat completions, to be
sent as it is. It holds figures only; nothing in it tells whose they are.
No row: nothing is ready, ai_enabled is false, or the day's budget (ai_daily_calls,
ai_daily_tokens) is used up. A job whose learner has taken the consent back, or whose figures are
those of the last analysis, ends here as skipped; one that was handed out ai_max_attempts times as
dead.

Errors: 22023 an argument out of its domain, 55000 a legacy import is pending.

Example: SELECT job_id, attempt, request FROM hg_claim_ai_jobs('worker-1', 5);

Rules: docs/ai-analytics.md$$;
