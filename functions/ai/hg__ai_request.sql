-- The request for an analysis: a whole body for OpenAI's chat completions, made of the input and
-- the settings. It names nobody: p_pseudonym is the job's, and means nothing elsewhere. With an
-- input of 20 modules and 40 concepts it has at most 40,000 characters.
-- Writes: nothing. Calls: hg__ai_request_instructions, hg__ai_schema. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_request(p_scope text, p_input jsonb, p_pseudonym uuid)
RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_request$
DECLARE
    v_settings jsonb := '{
        "ai_model": "gpt-4o-mini", "ai_temperature": 0.2, "ai_instructions": null,
        "ai_max_completion_tokens": 1200
    }';
BEGIN
    v_settings := v_settings || coalesce(
        (SELECT jsonb_object_agg(s.name, s.value) FROM hg_settings AS s WHERE v_settings ? s.name),
        '{}'
    );

    RETURN jsonb_build_object(
        'model', v_settings -> 'ai_model',
        'messages', jsonb_build_array(
            jsonb_build_object('role', 'system', 'content', coalesce(
                v_settings ->> 'ai_instructions', hg__ai_request_instructions(p_scope)
            )),
            jsonb_build_object('role', 'user', 'content', p_input::text)
        ),
        'response_format', jsonb_build_object(
            'type', 'json_schema',
            'json_schema', jsonb_build_object(
                'name', 'analysis', 'strict', true, 'schema', hg__ai_schema(p_scope, p_input)
            )
        ),
        'max_completion_tokens', v_settings -> 'ai_max_completion_tokens',
        'user', p_pseudonym
    ) || CASE v_settings -> 'ai_temperature'
        WHEN 'null' THEN '{}'
        ELSE jsonb_build_object('temperature', v_settings -> 'ai_temperature')
    END;
END
$hg__ai_request$;

REVOKE ALL ON FUNCTION hg__ai_request FROM public;
