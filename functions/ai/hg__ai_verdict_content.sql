-- What a response body holds: the text of its answer or why there is none, and the model and the
-- tokens as far as it names them. Never raises, whatever it is given.
-- Writes: nothing. Calls: hg__object, hg__ai_check_quote, hg__ai_verdict_count. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_verdict_content(
    p_response jsonb, OUT o_content text, OUT o_problem text, OUT o_model text,
    OUT o_prompt_tokens integer, OUT o_completion_tokens integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_verdict_content$
DECLARE
    c_longest CONSTANT integer := 20000;
    v_body jsonb := hg__object(p_response);
    v_choice jsonb := hg__object(v_body #> '{choices,0}');
    v_message jsonb := hg__object(v_choice -> 'message');
    v_finish text := v_choice ->> 'finish_reason';
BEGIN
    o_model := (regexp_match(v_body ->> 'model', '^[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}$'))[1];
    o_prompt_tokens := hg__ai_verdict_count(v_body #> '{usage,prompt_tokens}');
    o_completion_tokens := hg__ai_verdict_count(v_body #> '{usage,completion_tokens}');

    o_problem := CASE
        WHEN coalesce(v_body -> 'error', 'null') <> 'null' THEN
            'response: an error, ' || hg__ai_check_quote(coalesce(
                v_body #>> '{error,message}', v_body ->> 'error'
            ), 200)
        WHEN v_message = '{}' THEN 'response: there is no message'
        WHEN v_message ->> 'refusal' <> '' THEN
            'refusal: ' || hg__ai_check_quote(v_message ->> 'refusal', 200)
        WHEN v_finish = 'content_filter' THEN 'refusal: finish_reason content_filter'
        WHEN v_finish = 'length' THEN 'truncated: finish_reason length'
        WHEN v_finish IS DISTINCT FROM 'stop' THEN
            'response: finish_reason ' || coalesce(hg__ai_check_quote(v_finish), 'is missing')
        WHEN jsonb_typeof(v_message -> 'content') IS DISTINCT FROM 'string'
            OR v_message ->> 'content' = ''
            THEN 'response: there is no content'
        WHEN length(v_message ->> 'content') > c_longest THEN format(
            'response: the content has %s characters, at most %s are read',
            length(v_message ->> 'content'), c_longest
        )
    END;
    IF o_problem IS NULL THEN
        o_content := v_message ->> 'content';
    END IF;
END
$hg__ai_verdict_content$;

REVOKE ALL ON FUNCTION hg__ai_verdict_content FROM public;
