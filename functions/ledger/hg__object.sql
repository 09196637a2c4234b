-- A JSON value that is an object; of everything else, an empty one.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__object(p_value jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE WHEN jsonb_typeof(p_value) = 'object' THEN p_value ELSE '{}' END;

REVOKE ALL ON FUNCTION hg__object FROM public;
