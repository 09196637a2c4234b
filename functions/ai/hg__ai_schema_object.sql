-- An object with these properties, in a schema: each is required, no other is allowed.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_schema_object(p_properties jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_schema_object$
BEGIN
    RETURN jsonb_build_object(
        'type', 'object',
        'additionalProperties', false,
        'required', (SELECT jsonb_agg(k.key) FROM jsonb_object_keys(p_properties) AS k (key)),
        'properties', p_properties
    );
END
$hg__ai_schema_object$;

REVOKE ALL ON FUNCTION hg__ai_schema_object FROM public;
