-- A value of a json column as jsonb; what jsonb cannot hold (\u0000, half a surrogate pair) as a
-- string of its text, which no rule takes for an object.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_jsonb(p_value json) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_jsonb$
BEGIN
    RETURN p_value::jsonb;
EXCEPTION
    WHEN data_exception OR program_limit_exceeded THEN
        RETURN to_jsonb(p_value::text);
END
$hg__legacy_jsonb$;

REVOKE ALL ON FUNCTION hg__legacy_jsonb FROM public;
