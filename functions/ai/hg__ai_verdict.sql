-- What a response of OpenAI is worth: the analysis as a document stores it, or why there is none;
-- in both cases the model and the tokens as far as the response names them. p_response is its body,
-- whatever that is; p_input what the request was made of. Of the answer a problem quotes at most
-- 200 characters.
-- Writes: nothing. Calls: hg__ai_verdict_content, hg__ai_check_json, hg__ai_schema,
-- hg__ai_check_shape, hg__ai_check_lists, hg__ai_check_figures, hg__ai_check_texts,
-- hg__ai_check_quote, hg__ai_verdict_answer. Raises: nothing.
-- PARALLEL UNSAFE: content that is no JSON is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__ai_verdict(
    p_scope text,
    p_input jsonb,
    p_response jsonb,
    OUT o_answer jsonb,
    OUT o_problem text,
    OUT o_model text,
    OUT o_prompt_tokens integer,
    OUT o_completion_tokens integer
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_verdict$
DECLARE
    v_read record := hg__ai_verdict_content(p_response);
    v_schema jsonb;
    v_answer jsonb;
BEGIN
    o_model := v_read.o_model;
    o_prompt_tokens := v_read.o_prompt_tokens;
    o_completion_tokens := v_read.o_completion_tokens;
    o_problem := v_read.o_problem;
    IF o_problem IS NOT NULL THEN
        RETURN;
    END IF;
    v_answer := hg__ai_check_json(v_read.o_content);
    IF v_answer IS NULL THEN
        o_problem := 'invalid_json: ' || hg__ai_check_quote(v_read.o_content, 100);
        RETURN;
    END IF;

    v_schema := hg__ai_schema(p_scope, p_input);
    -- It stops at the first problem, so each may count on what those before it have seen.
    o_problem := coalesce(
        hg__ai_check_shape('$', v_answer, v_schema, v_schema -> '$defs'),
        hg__ai_check_lists(p_scope, v_answer),
        hg__ai_check_figures(p_input, v_answer),
        hg__ai_check_texts(p_scope, p_input, v_answer)
    );
    IF o_problem IS NULL THEN
        o_answer := hg__ai_verdict_answer(p_input, v_answer);
    END IF;
END
$hg__ai_verdict$;

REVOKE ALL ON FUNCTION hg__ai_verdict FROM public;
