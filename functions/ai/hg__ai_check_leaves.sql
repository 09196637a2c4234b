-- Every number of an analysis' input with the keys on the way to it; an entry of an array stands
-- under its "name" where it has one, else under its place.
-- Writes: nothing. Calls: hg__object. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_leaves(p_input jsonb)
RETURNS TABLE (path text[], figure numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_leaves$
BEGIN
    RETURN QUERY
    WITH RECURSIVE nodes (path, value) AS (
        SELECT '{}'::text[], p_input
        UNION ALL
        SELECT n.path || e.key, e.value
        FROM nodes AS n
        CROSS JOIN LATERAL (
            SELECT o.key, o.value FROM jsonb_each(hg__object(n.value)) AS o
            UNION ALL
            SELECT coalesce(a.value ->> 'name', (a.place - 1)::text), a.value
            FROM jsonb_array_elements(
                CASE jsonb_typeof(n.value) WHEN 'array' THEN n.value ELSE '[]' END
            ) WITH ORDINALITY AS a (value, place)
        ) AS e
    )

    SELECT n.path, (n.value #>> '{}')::numeric
    FROM nodes AS n
    WHERE jsonb_typeof(n.value) = 'number';
END
$hg__ai_check_leaves$;

REVOKE ALL ON FUNCTION hg__ai_check_leaves FROM public;
