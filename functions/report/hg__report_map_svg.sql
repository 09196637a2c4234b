-- The map of moves between modules as a drawing: each move an arrow, the wider the more often, with
-- the share of good sessions on it.
-- Writes: nothing. Calls: hg__report_map_modules, hg__report_percent. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_map_svg(p_ends jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_map_svg$
DECLARE
    v_height integer;
    v_ways text;
BEGIN
    SELECT
        max(greatest(w.o_from_y, w.o_to_y)) + 14,
        string_agg(
            format(
                '<g class="c%s"><path class="way" stroke-width="%s" d="M140 %s H%s q6 0 6 %s '
                'V%s q0 %s -6 %s H147"/><path class="tip" d="M140 %s l9 -5 v10 z"/>'
                '<circle class="tip" cx="141" cy="%s" r="3"/></g>',
                1 + (w.o_lane - 1) % 8, trim_scale(round(1.5 + 3.0 * w.o_count / w.most, 1)),
                w.o_from_y, w.x - 6, 6 * w.down, w.o_to_y - 6 * w.down, 6 * w.down, 6 * w.down,
                w.o_to_y, w.o_from_y
            ),
            E'\n' ORDER BY w.o_lane
        ) || string_agg(
            format(
                E'\n<g class="c%s"><rect class="back" x="%s" y="%s" width="28" height="14" rx="5"/>'
                '<text x="%s" y="%s" text-anchor="middle">%s%%</text></g>',
                1 + (w.o_lane - 1) % 8, w.x - 14, w.y - 7, w.x, w.y + 3.5,
                hg__report_percent(w.o_good, w.o_count)
            ),
            '' ORDER BY w.o_lane
        )
    INTO v_height, v_ways
    FROM (
        SELECT
            e.*, 139 + 30 * e.o_lane AS x, (e.o_from_y + e.o_to_y) / 2.0 AS y,
            sign(e.o_to_y - e.o_from_y) AS down, max(e.o_count) OVER () AS most
        FROM jsonb_to_recordset(p_ends) AS e (
            o_lane integer, o_count bigint, o_good bigint, o_from_y integer, o_to_y integer
        )
    ) AS w;
    RETURN '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 396 ' || v_height
        || '" role="img" aria-labelledby="map-title map-text"><title id="map-title">Moves between '
        || 'modules</title><desc id="map-text">An arrow from each module to the one played next; '
        || E'the table has the figures.</desc>\n' || v_ways || E'\n'
        || hg__report_map_modules(p_ends) || '</svg>';
END
$hg__report_map_svg$;

REVOKE ALL ON FUNCTION hg__report_map_svg FROM public;
