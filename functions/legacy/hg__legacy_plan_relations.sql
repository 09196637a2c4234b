-- Under which names a table of the older application is found, the one that serves first: itself,
-- set aside by the cutover, or a backup. serves: the import reads it (it has a user_id).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_relations(p_name text)
RETURNS TABLE (relation regclass, stored_as text, has_user_id boolean, serves boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_relations$
BEGIN
    RETURN QUERY
    SELECT
        f.relation,
        f.stored_as,
        f.has_user_id,
        f.has_user_id AND row_number() OVER (ORDER BY NOT f.has_user_id, f.place) = 1
    FROM (
        SELECT
            c.oid::regclass AS relation,
            n.stored_as,
            n.place,
            EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND NOT a.attisdropped
            ) AS has_user_id
        FROM (
            VALUES
            (p_name, 'table', 1), (p_name || '_set_aside', 'set aside', 2),
            (p_name || '_backup', 'backup', 3)
        ) AS n (name, stored_as, place)
        INNER JOIN pg_class AS c
            ON c.relname = n.name AND c.relkind IN ('r', 'p', 'f')
            AND c.relnamespace = coalesce(
                (SELECT u.relnamespace FROM pg_class AS u WHERE u.oid = to_regclass('users')),
                to_regnamespace(quote_ident(current_schema()))
            )
    ) AS f
    ORDER BY NOT f.has_user_id, f.place;
END
$hg__legacy_plan_relations$;

REVOKE ALL ON FUNCTION hg__legacy_plan_relations FROM public;
