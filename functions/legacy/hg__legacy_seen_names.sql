-- Which of the names are modules of the catalog, as verify reads it: by their own name, else by one
-- that the application used before, else by the beginning of one.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_names(
    p_names text[], p_version integer
) RETURNS TABLE (name text, module text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_seen_names$
BEGIN
    RETURN QUERY
    WITH known (module, pattern, turn) AS (
        SELECT r.module, replace(r.module, '_', '\_'), 1
        FROM hg_rules AS r
        WHERE r.rules_version = p_version
        UNION ALL
        SELECT
            r.module,
            replace(replace(replace(replace(a.alias, '\', '\\'), '_', '\_'), '%', '\%'), '*', '%'),
            CASE WHEN a.alias LIKE '%*' THEN 3 ELSE 2 END
        FROM hg_rules AS r
        CROSS JOIN unnest(r.aliases) AS a (alias)
        WHERE r.rules_version = p_version
    )
    SELECT DISTINCT ON (n.name) n.name, k.module
    FROM unnest(p_names) AS n (name)
    INNER JOIN known AS k ON n.name LIKE k.pattern
    ORDER BY n.name, k.turn, k.module;
END
$hg__legacy_seen_names$;

REVOKE ALL ON FUNCTION hg__legacy_seen_names FROM public;
