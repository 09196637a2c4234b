-- JSON without those camelCase keys that another one of their object, earlier in the alphabet,
-- has the snake_case of.
-- Writes: nothing. Calls: hg__legacy_snake, hg__object. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_unique_keys(p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_unique_keys$
DECLARE
    v_value jsonb := p_value;
    v_path text[];
BEGIN
    FOR v_path IN
        WITH RECURSIVE nodes AS (
            SELECT '{}'::text[] AS path, p_value AS value
            UNION ALL
            SELECT n.path || c.key, c.value
            FROM nodes AS n
            CROSS JOIN LATERAL (
                SELECT o.key, o.value FROM jsonb_each(hg__object(n.value)) AS o
                UNION ALL
                SELECT (a.place - 1)::text AS key, a.item AS value
                FROM jsonb_array_elements(
                    CASE WHEN jsonb_typeof(n.value) = 'array' THEN n.value ELSE '[]' END
                ) WITH ORDINALITY AS a (item, place)
            ) AS c
        )

        SELECT k.path || k.key
        FROM (
            SELECT
                n.path,
                o.key,
                row_number() OVER (
                    PARTITION BY n.path, hg__legacy_snake(o.key) ORDER BY o.key COLLATE "C"
                ) AS place
            FROM nodes AS n
            CROSS JOIN LATERAL jsonb_object_keys(hg__object(n.value)) AS o (key)
            WHERE o.key ~ '^[a-z][A-Za-z0-9_]*[A-Z][A-Za-z0-9_]*$'
        ) AS k
        WHERE k.place > 1
    LOOP
        v_value := v_value #- v_path;
    END LOOP;
    RETURN v_value;
END
$hg__legacy_unique_keys$;

REVOKE ALL ON FUNCTION hg__legacy_unique_keys FROM public;
