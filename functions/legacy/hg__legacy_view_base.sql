-- The legacy table that was set aside under <name>_set_aside; NULL: it is not.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_base(p_table text) RETURNS regclass
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_base$
BEGIN
    RETURN (
        SELECT c.oid::regclass
        FROM pg_class AS u
        INNER JOIN pg_class AS c ON c.relnamespace = u.relnamespace
        WHERE u.oid = 'users'::regclass AND c.relkind IN ('r', 'p', 'f')
        AND c.relname = p_table || '_set_aside'
    );
END
$hg__legacy_view_base$;

REVOKE ALL ON FUNCTION hg__legacy_view_base FROM public;
