-- A legacy table in the schema of users, else its copy <name>_backup; NULL: there is neither, or it
-- has no user_id.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_relation(p_name text) RETURNS regclass
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_relation$
BEGIN
    RETURN (
        SELECT c.oid::regclass
        FROM pg_class AS u
        INNER JOIN pg_class AS c ON c.relnamespace = u.relnamespace
        WHERE u.oid = 'users'::regclass AND c.relkind IN ('r', 'p', 'f')
        AND c.relname IN (p_name, p_name || '_backup')
        AND EXISTS (
            SELECT FROM pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped
        )
        ORDER BY c.relname = p_name DESC
        LIMIT 1
    );
END
$hg__legacy_relation$;

REVOKE ALL ON FUNCTION hg__legacy_relation FROM public;
