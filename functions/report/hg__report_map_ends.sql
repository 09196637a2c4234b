-- The map of moves between modules, laid out: modules one under the other, each move a lane of its
-- own beside them. Of each pair its lane, its counts, and the heights at which it leaves and
-- arrives; no two ends stand at the same height. The shortest ways lie innermost.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_map_ends(p_pairs jsonb) RETURNS TABLE (
    o_lane integer, o_pair text, o_from text, o_to text, o_count bigint, o_good bigint,
    o_from_y integer, o_to_y integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_map_ends$
BEGIN
    RETURN QUERY
    WITH pairs AS (
        SELECT
            e.key AS pair,
            ARRAY[split_part(e.key, '>', 1), split_part(e.key, '>', 2)] AS ends,
            (e.value ->> 'count')::bigint AS times,
            (e.value ->> 'good')::bigint AS good
        FROM jsonb_each(p_pairs) AS e
    ),

    modules AS (
        SELECT
            e.module,
            row_number() OVER (ORDER BY sum(p.times) DESC, e.module COLLATE "C") AS place
        FROM pairs AS p
        CROSS JOIN LATERAL unnest(p.ends) AS e (module)
        GROUP BY e.module
    ),

    knots AS (
        SELECT
            e.pair, e.side,
            (13 * row_number() OVER (ORDER BY e.place, e.other, e.side, e.pair COLLATE "C")
            + 11 * e.place)::integer AS y
        FROM (
            SELECT p.pair, s.side, m.place, o.place AS other
            FROM pairs AS p
            CROSS JOIN generate_series(1, 2) AS s (side)
            INNER JOIN modules AS m ON p.ends[s.side] = m.module
            INNER JOIN modules AS o ON p.ends[3 - s.side] = o.module
        ) AS e
    )

    SELECT
        row_number() OVER (
            ORDER BY abs(a.y - b.y), p.times DESC, p.pair COLLATE "C"
        )::integer,
        p.pair, p.ends[1], p.ends[2], p.times, p.good, a.y, b.y
    FROM pairs AS p
    INNER JOIN knots AS a ON p.pair = a.pair AND a.side = 1
    INNER JOIN knots AS b ON p.pair = b.pair AND b.side = 2;
END
$hg__report_map_ends$;

REVOKE ALL ON FUNCTION hg__report_map_ends FROM public;
