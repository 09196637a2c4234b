-- A user_id of an older row as users.id writes it, as text, as verify reads it; NULL: it can be
-- nobody's.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_seen_id(p_user_id text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_seen_id$
DECLARE
    v_user_id users.id%TYPE;
BEGIN
    v_user_id := p_user_id;
    RETURN v_user_id::text;
EXCEPTION
    WHEN data_exception THEN
        RETURN NULL;
END
$hg__legacy_seen_id$;

REVOKE ALL ON FUNCTION hg__legacy_seen_id FROM public;
