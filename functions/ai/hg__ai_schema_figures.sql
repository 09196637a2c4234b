-- The figures of an input that an answer may give, by the names the schema knows them by: the path,
-- joined by dots. Of entries that there can be many of, the telling ones; within 9,000 characters
-- (OpenAI allows 15,000 in a schema), those of the whole before those of its parts.
-- Writes: nothing. Calls: hg__ai_check_leaves. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_schema_figures(p_input jsonb)
RETURNS TABLE (name text, path text[], figure numeric)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_schema_figures$
BEGIN
    RETURN QUERY
    SELECT g.name, g.path, g.figure
    FROM (
        SELECT
            f.name, f.path, f.figure, f.section,
            sum(length(f.name)) OVER (ORDER BY f.section, f.name COLLATE "C") AS characters,
            count(*) OVER (PARTITION BY f.name) AS namesakes
        FROM (
            SELECT
                l.path, l.figure, s.place AS section,
                array_to_string(l.path, '.') AS name
            FROM (
                VALUES
                (1, 'totals', NULL),
                (2, 'habits', NULL),
                (3, 'module', NULL),
                (4, 'next_module', NULL),
                (5, 'modules', '{accuracy,questions}'),
                (6, 'pairs', '{accuracy,count,lift,success_rate}'),
                (7, 'bridge_concepts', '{accuracy,questions}'),
                (8, 'concepts', '{accuracy,questions,strength}')
            ) AS s (place, section, keys)
            JOIN hg__ai_check_leaves(p_input) AS l ON l.path[1] = s.section
            WHERE s.keys IS NULL OR l.path[cardinality(l.path)] = ANY (s.keys::text[])
        ) AS f
    ) AS g
    WHERE g.characters <= 9000 AND g.namesakes = 1
    ORDER BY g.section, g.name COLLATE "C";
END
$hg__ai_schema_figures$;

REVOKE ALL ON FUNCTION hg__ai_schema_figures FROM public;
