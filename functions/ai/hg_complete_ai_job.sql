-- A worker brings OpenAI's answer. It is judged before anything is locked; locks are taken in the
-- order learner, job.
-- Writes: hg_ai_jobs, hg_ai_usage, hg_ai_spent, hg_ai_analyses, users, hg_ledger. Calls:
-- hg__check_present, hg__require_live, hg__ai_job, hg__ai_check_held, hg__ai_verdict,
-- hg__ai_hold, hg__ai_accept, hg__ai_give_back, hg__ai_count_tokens.
-- Raises: 22023, 55000, LG404, LG423, LG422.
-- SECURITY DEFINER: a worker may execute this but not write users or jobs.
CREATE OR REPLACE FUNCTION hg_complete_ai_job(
    p_job_id bigint,
    p_response jsonb,
    p_worker text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_complete_ai_job$
DECLARE
    v_job hg_ai_jobs%ROWTYPE;
    v_held hg_ai_jobs%ROWTYPE;
    v_verdict record;
    v_result jsonb;
BEGIN
    PERFORM hg__check_present('p_job_id', p_job_id::text, 'Give the job_id of the claim.');
    PERFORM hg__check_present(
        'p_response', p_response::text, 'Give the body of the answer; hg_fail_ai_job is for none.'
    );
    PERFORM hg__check_present('p_worker', p_worker, 'Give the name the job was claimed with.');
    PERFORM hg__require_live();
    v_job := hg__ai_job(p_job_id);
    IF v_job.state <> 'claimed' AND v_job.worker = p_worker THEN
        -- The same delivery once more: the first one counts.
        RETURN jsonb_build_object(
            'state', CASE v_job.state WHEN 'pending' THEN 'retry' ELSE v_job.state::text END,
            'reason', v_job.problem
        );
    END IF;
    PERFORM hg__ai_check_held(v_job, p_worker);

    v_verdict := hg__ai_verdict(v_job.scope, v_job.input, p_response);
    v_held := hg__ai_hold(p_job_id, p_worker);
    IF v_verdict.o_problem IS NOT NULL THEN
        v_result := hg__ai_give_back(v_held, v_verdict.o_problem) - 'ready_at';
    ELSIF v_held.input <> v_job.input THEN
        -- It was handed out once more meanwhile, to the same name: this is no answer to that.
        v_result := hg__ai_give_back(v_held, 'the answer is to an earlier attempt') - 'ready_at';
    ELSE
        v_result := hg__ai_accept(v_held, v_verdict.o_answer, v_verdict.o_model);
    END IF;
    PERFORM hg__ai_count_tokens(
        clock_timestamp(), v_verdict.o_prompt_tokens, v_verdict.o_completion_tokens
    );
    INSERT INTO hg_ai_usage (
        user_id, job_id, attempt, answered_at, model, prompt_tokens, completion_tokens, outcome
    )
    VALUES (
        v_job.user_id, p_job_id, v_job.attempt, clock_timestamp(), v_verdict.o_model,
        v_verdict.o_prompt_tokens, v_verdict.o_completion_tokens,
        coalesce(v_result ->> 'reason', v_result ->> 'state')
    );
    RETURN v_result;
END
$hg_complete_ai_job$;

REVOKE ALL ON FUNCTION hg_complete_ai_job FROM public;
GRANT EXECUTE ON FUNCTION hg_complete_ai_job TO hg_ai_worker;

COMMENT ON FUNCTION hg_complete_ai_job IS
$$Takes OpenAI's answer to a job: the raw body of the response, good or bad. It is checked here, and
only a good one reaches the document; it touches the analysis of its scope and nothing else.

Arguments: p_response the response's JSON, p_worker the name the job was claimed with.
Returns {state, reason}: done; retry, where the answer was a refusal, cut off, no JSON, not of the
schema, or held a figure or a name that was not in the request (reason says which), after
ai_backoff_seconds; dead, where that was the last of ai_max_attempts attempts: then
hg_fill_analytics_by_rules fills the section; stale, where a newer analysis is there or the consent
was taken back. What it cost is counted in every case but an error. The same delivery again returns
the state of the job and changes nothing.

Errors: 22023 an argument is NULL, 55000 a legacy import is pending, LG404 unknown job, LG423 the
job is not held by this worker (any more), LG422 malformed document. After an error nothing has
changed.

Example: SELECT hg_complete_ai_job(17, '{"choices": [], "usage": {}}', 'worker-1');

Rules: docs/ai-analytics.md$$;
