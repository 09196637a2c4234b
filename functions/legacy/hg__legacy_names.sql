-- Which of the names are modules of the catalog, under that name or one the application used
-- before: an object, name -> module. p_modules are the active ones.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_names(
    p_names text[], p_modules text[], p_rules_version integer
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_names$
BEGIN
    IF p_names <@ p_modules THEN
        RETURN jsonb_object(p_names, p_names);
    END IF;
    RETURN (
        SELECT coalesce(jsonb_object_agg(n.name, n.module), '{}')
        FROM (
            SELECT DISTINCT ON (g.name) g.name, a.module
            FROM unnest(p_names) AS g (name)
            INNER JOIN (
                SELECT r.module, u.alias, right(u.alias, 1) = '*' AS of_any_ending
                FROM hg_rules AS r
                CROSS JOIN unnest(r.module || r.aliases) AS u (alias)
                WHERE r.rules_version = p_rules_version
                OFFSET 0
            ) AS a
                ON g.name = a.alias
                OR (a.of_any_ending AND starts_with(g.name, left(a.alias, -1)))
            ORDER BY g.name, g.name = a.module DESC, a.of_any_ending, a.module
        ) AS n
    );
END
$hg__legacy_names$;

REVOKE ALL ON FUNCTION hg__legacy_names FROM public;
