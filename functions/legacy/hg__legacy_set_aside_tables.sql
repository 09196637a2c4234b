-- The tables of the older application that step aside at the cutover, or have, of those there are.
-- Writes: nothing. Calls: hg__legacy_tables. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_set_aside_tables() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_set_aside_tables$
BEGIN
    RETURN ARRAY(
        SELECT n.name
        FROM unnest(hg__legacy_tables()) AS n (name)
        WHERE n.name <> 'module_history'
        AND EXISTS (
            SELECT FROM pg_class AS c
            INNER JOIN pg_class AS u ON u.relnamespace = c.relnamespace
            WHERE u.oid = 'users'::regclass AND c.relkind IN ('r', 'p')
            AND c.relname IN (n.name, n.name || '_set_aside')
        )
        ORDER BY n.name
    );
END
$hg__legacy_set_aside_tables$;

REVOKE ALL ON FUNCTION hg__legacy_set_aside_tables FROM public;
