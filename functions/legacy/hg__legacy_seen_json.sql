-- A JSON text as jsonb, as verify reads it; NULL: jsonb cannot hold it, or it is no JSON.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_seen_json(p_text text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_seen_json$
BEGIN
    RETURN p_text::jsonb;
EXCEPTION
    WHEN data_exception THEN
        RETURN NULL;
END
$hg__legacy_seen_json$;

REVOKE ALL ON FUNCTION hg__legacy_seen_json FROM public;
