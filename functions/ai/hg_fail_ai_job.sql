-- A worker's attempt that brought no answer.
-- Writes: hg_ai_jobs, hg_ai_analyses, users, hg_ledger. Calls: hg__check_present,
-- hg__raise_argument, hg__require_live, hg__ai_hold, hg__ai_give_back.
-- Raises: 22023, 55000, LG404, LG423, LG422.
-- SECURITY DEFINER: a worker may execute this but not write jobs.
CREATE OR REPLACE FUNCTION hg_fail_ai_job(
    p_job_id bigint,
    p_error text,
    p_worker text,
    p_retry_after interval DEFAULT NULL
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_fail_ai_job$
BEGIN
    PERFORM hg__check_present('p_job_id', p_job_id::text, 'Give the job_id of the claim.');
    PERFORM hg__check_present('p_error', p_error, 'Say what happened.');
    PERFORM hg__check_present('p_worker', p_worker, 'Give the name the job was claimed with.');
    IF p_retry_after NOT BETWEEN interval '0' AND interval '7 days' THEN
        PERFORM hg__raise_argument(
            'p_retry_after', p_retry_after::text, 'Give 0 to 7 days, or NULL.'
        );
    END IF;
    PERFORM hg__require_live();
    RETURN hg__ai_give_back(hg__ai_hold(p_job_id, p_worker), p_error, p_retry_after);
END
$hg_fail_ai_job$;

REVOKE ALL ON FUNCTION hg_fail_ai_job FROM public;
GRANT EXECUTE ON FUNCTION hg_fail_ai_job TO hg_ai_worker;

COMMENT ON FUNCTION hg_fail_ai_job IS
$$Gives a job back that brought no answer: a network error, a 429, a 500, a worker that is stopped.

Arguments: p_error what happened, kept with the job (the first 1,000 characters; no keys, no bodies
of requests); p_worker the name it was claimed with; p_retry_after how long the provider asks to
wait, 0 to 7 days, NULL where it does not.
Returns {state, reason, ready_at}: retry, and when; the wait is ai_backoff_seconds, doubled with
each attempt up to a day, or p_retry_after where that is longer; or dead after ai_max_attempts
attempts: then hg_fill_analytics_by_rules fills the section, and hg_requeue_ai_job tries again.

Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown job,
LG423 the job is not held by this worker, LG422 malformed document.

Example: SELECT hg_fail_ai_job(17, 'HTTP 429', 'worker-1', '20 seconds');

Rules: docs/ai-analytics.md$$;
