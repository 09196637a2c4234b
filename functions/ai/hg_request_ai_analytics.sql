-- Asks for an analysis by OpenAI: a job that a worker will take.
-- Writes: hg_ai_jobs. Calls: hg__check_present, hg__require_live, hg__raise_unknown_learner,
-- hg__ai_check_scope, hg__ai_consents, hg__ai_bring_forward, hg__learner, hg__ai_metrics,
-- hg__ai_digest, hg__ai_enqueue. Raises: 22023, 55000, LG404, LG405, LG422.
-- SECURITY DEFINER: applications may execute this but not write jobs.
CREATE OR REPLACE FUNCTION hg_request_ai_analytics(
    p_user_id users.id%TYPE,
    p_scope text DEFAULT 'global',
    p_force boolean DEFAULT false
) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_request_ai_analytics$
DECLARE
    v_job_id bigint;
    v_learner record;
    v_input jsonb;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present('p_scope', p_scope, 'Give global, cross_module or a module.');
    PERFORM hg__check_present('p_force', p_force::text, 'Give true or false.');
    PERFORM hg__require_live();
    PERFORM FROM users AS u WHERE u.id = p_user_id FOR NO KEY UPDATE;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;
    PERFORM hg__ai_check_scope(p_scope);
    IF NOT (SELECT s.value = 'true' FROM hg_settings AS s WHERE s.name = 'ai_enabled')
        OR NOT hg__ai_consents(p_user_id)
    THEN
        RETURN NULL;
    END IF;

    v_job_id := hg__ai_bring_forward(p_user_id, p_scope);
    IF v_job_id IS NOT NULL THEN
        RETURN v_job_id;
    END IF;
    v_learner := hg__learner(p_user_id);
    v_input := hg__ai_metrics(p_user_id, p_scope, v_learner.o_document);
    IF v_input IS NULL OR NOT p_force AND EXISTS (
        SELECT FROM hg_ai_analyses AS a
        WHERE a.user_id = p_user_id AND a.scope = p_scope
        AND a.answered_digest = hg__ai_digest(v_input)
    ) THEN
        RETURN NULL;
    END IF;
    RETURN hg__ai_enqueue(
        p_user_id, p_scope, 'requested', clock_timestamp(), p_forced => p_force
    );
END
$hg_request_ai_analytics$;

REVOKE ALL ON FUNCTION hg_request_ai_analytics FROM public;
GRANT EXECUTE ON FUNCTION hg_request_ai_analytics TO hg_app;

COMMENT ON FUNCTION hg_request_ai_analytics IS
$$Asks for an analysis of a learner by OpenAI. It makes a job and returns its number; a worker takes
it later (hg_claim_ai_jobs). Nothing is called here.

Arguments: p_scope global, cross_module or an active module; p_force true asks again although
nothing has changed since the last analysis. Where the learner and scope have a job that has not
ended, its number is returned, and if it still waits for ai_debounce_minutes it waits no longer.
Returns NULL where there is nothing to ask: ai_enabled is false, the column ai_consent_column is
not true, no session has been completed in the scope, or (without p_force) its figures are those
of the last analysis.

Errors: 22023 an argument is NULL, 55000 a legacy import is pending, LG404 unknown learner, LG405
unknown or inactive module, LG422 malformed document. After an error nothing has changed.

Example: SELECT hg_request_ai_analytics(1, 'algebra');

Rules: docs/ai-analytics.md$$;
