-- A text as JSON; NULL where it is none, or none that jsonb can hold: \u0000, half a surrogate
-- pair, a number without end, brackets without end.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__ai_check_json(p_text text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_json$
BEGIN
    RETURN p_text::jsonb;
EXCEPTION
    WHEN data_exception OR program_limit_exceeded THEN
        RETURN NULL;
END
$hg__ai_check_json$;

REVOKE ALL ON FUNCTION hg__ai_check_json FROM public;
