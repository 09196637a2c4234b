-- A JSON value with the camelCase keys of its objects in snake_case, at any depth, as verify reads
-- it. Of two keys that become one the one that was so already stays, else the first in the
-- alphabet.
-- Writes: nothing. Calls: hg__legacy_seen_snake. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_snake(p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_seen_snake$
BEGIN
    IF p_value::text !~ '"[a-z][A-Za-z0-9_]*[A-Z][A-Za-z0-9_]*":' THEN
        RETURN p_value;
    ELSIF jsonb_typeof(p_value) = 'array' THEN
        RETURN (
            SELECT jsonb_agg(hg__legacy_seen_snake(e.item) ORDER BY e.place)
            FROM jsonb_array_elements(p_value) WITH ORDINALITY AS e (item, place)
        );
    END IF;
    RETURN (
        SELECT jsonb_object_agg(k.name, hg__legacy_seen_snake(k.value))
        FROM (
            SELECT DISTINCT ON (n.name) n.name, o.value
            FROM jsonb_each(p_value) AS o
            CROSS JOIN LATERAL (
                SELECT CASE
                    WHEN o.key !~ '^[a-z][A-Za-z0-9_]*$' THEN o.key
                    ELSE lower(regexp_replace(
                        regexp_replace(o.key, '([A-Z]+)([A-Z][a-z])', '\1_\2', 'g'),
                        '([a-z0-9])([A-Z])', '\1_\2', 'g'
                    ) COLLATE "C")
                END AS name
            ) AS n
            ORDER BY n.name, n.name <> o.key, o.key COLLATE "C"
        ) AS k
    );
END
$hg__legacy_seen_snake$;

REVOKE ALL ON FUNCTION hg__legacy_seen_snake FROM public;
