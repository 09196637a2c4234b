-- A count of tokens as a response gives it; NULL where that is none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_verdict_count(p_value jsonb) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_verdict_count$
BEGIN
    IF jsonb_typeof(p_value) = 'number'
        AND p_value::numeric BETWEEN 0 AND 2147483647
        AND p_value::numeric = trunc(p_value::numeric)
    THEN
        RETURN p_value::numeric;
    END IF;
    RETURN NULL;
END
$hg__ai_verdict_count$;

REVOKE ALL ON FUNCTION hg__ai_verdict_count FROM public;
