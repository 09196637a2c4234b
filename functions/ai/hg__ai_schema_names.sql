-- What an answer may name: modules, and what can be a strength or a weakness: in the analysis
-- across modules the modules, pairs of them and bridge concepts, in all others the concepts.
-- Writes: nothing. Calls: hg__object. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_schema_names(
    p_scope text, p_input jsonb, OUT o_modules text[], OUT o_names text[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_schema_names$
BEGIN
    SELECT array_agg(DISTINCT m.name ORDER BY m.name)
    INTO o_modules
    FROM (
        SELECT k.key COLLATE "C" AS name
        FROM jsonb_object_keys(hg__object(p_input -> 'modules')) AS k (key)
        UNION ALL
        SELECT p_input #>> '{next_module,module}'
        UNION ALL
        SELECT CASE WHEN p_scope NOT IN ('global', 'cross_module') THEN p_scope END
    ) AS m
    WHERE m.name <> '';

    SELECT array_agg(DISTINCT n.name ORDER BY n.name)
    INTO o_names
    FROM (
        SELECT k.key COLLATE "C" AS name
        FROM (
            VALUES
            ('concepts', false), ('modules', true), ('pairs', true), ('bridge_concepts', true)
        ) AS s (section, across)
        CROSS JOIN LATERAL jsonb_object_keys(hg__object(p_input -> s.section)) AS k (key)
        WHERE s.across = (p_scope = 'cross_module')
    ) AS n
    WHERE n.name <> '';
END
$hg__ai_schema_names$;

REVOKE ALL ON FUNCTION hg__ai_schema_names FROM public;
