-- A JSON value that is an array; of everything else, an empty one.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_array(p_value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE WHEN jsonb_typeof(p_value) = 'array' THEN p_value ELSE '[]' END;

REVOKE ALL ON FUNCTION hg__legacy_array FROM public;
