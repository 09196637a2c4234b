-- A user_id of a legacy row as users.id's type; NULL: it can be nobody's.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- IMMUTABLE, as reading text as an integer, uuid or text is: the import indexes it.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_user_id(p_user_id text, OUT o_user_id users.id%TYPE)
LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_user_id$
BEGIN
    o_user_id := p_user_id;
EXCEPTION
    WHEN data_exception THEN
        o_user_id := NULL;
END
$hg__legacy_user_id$;

REVOKE ALL ON FUNCTION hg__legacy_user_id FROM public;
