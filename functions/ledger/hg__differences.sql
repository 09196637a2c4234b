-- Where two JSON values differ: the dotted path of each deepest place (the empty path for the
-- whole) and both values there; NULL where one side has no such key. Objects are compared key by
-- key, arrays and all else as a whole.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__differences(
    p_stored jsonb, p_expected jsonb,
    OUT o_path text, OUT o_stored jsonb, OUT o_expected jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__differences$
BEGIN
    IF p_stored IS NOT DISTINCT FROM p_expected THEN
        RETURN;
    END IF;

    RETURN QUERY
    WITH RECURSIVE compared (path, stored, expected, deeper) AS (
        SELECT
            NULL::text, p_stored, p_expected,
            jsonb_typeof(p_stored) = 'object' AND jsonb_typeof(p_expected) = 'object'
        UNION ALL
        SELECT
            concat_ws('.', c.path, k.name), k.stored, k.expected,
            jsonb_typeof(k.stored) = 'object' AND jsonb_typeof(k.expected) = 'object'
        FROM compared AS c
        CROSS JOIN LATERAL (
            SELECT n.name, c.stored -> n.name AS stored, c.expected -> n.name AS expected
            FROM jsonb_object_keys(c.stored || c.expected) AS n (name)
        ) AS k
        WHERE c.deeper AND k.stored IS DISTINCT FROM k.expected
    )
    SELECT coalesce(c.path, ''), c.stored, c.expected
    FROM compared AS c
    WHERE c.deeper IS NOT TRUE
    ORDER BY c.path COLLATE "C";
END
$hg__differences$;

REVOKE ALL ON FUNCTION hg__differences FROM public;
