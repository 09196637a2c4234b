-- The view that has a legacy table's name; NULL: there is none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_of(p_table text) RETURNS regclass
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_of$
BEGIN
    RETURN (
        SELECT c.oid::regclass
        FROM pg_class AS u
        INNER JOIN pg_class AS c ON c.relnamespace = u.relnamespace
        WHERE u.oid = 'users'::regclass AND c.relkind = 'v' AND c.relname = p_table
    );
END
$hg__legacy_view_of$;

REVOKE ALL ON FUNCTION hg__legacy_view_of FROM public;
