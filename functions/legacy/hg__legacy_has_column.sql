-- Whether users has a column of that name.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_has_column(p_name text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_has_column$
BEGIN
    RETURN EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = p_name AND NOT a.attisdropped
    );
END
$hg__legacy_has_column$;

REVOKE ALL ON FUNCTION hg__legacy_has_column FROM public;
