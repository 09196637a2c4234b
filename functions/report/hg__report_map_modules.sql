-- The modules of the map: a stop that spans the ends of its moves, and the name. A name that would
-- be wider than its place is pressed together, one beyond 40 letters cut; the whole is its title.
-- Writes: nothing. Calls: hg__html, hg__report_label. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_map_modules(p_ends jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_map_modules$
BEGIN
    RETURN (
        SELECT string_agg(format(
            '<g><title>%s</title><rect class="knot" x="133" y="%s" width="5" height="%s" rx="2"/>'
            '<text x="128" y="%s" text-anchor="end"%s>%s</text></g>',
            hg__html(m.label), m.top - 6, m.bottom - m.top + 12, (m.top + m.bottom) / 2.0 + 3.5,
            CASE
                -- About how wide it is: m and w are wider than other letters.
                WHEN 5.8 * length(m.label)
                    + 3.5 * length(regexp_replace(m.label, '[^mwMW]', '', 'g')) > 122
                    THEN ' textLength="126" lengthAdjust="spacingAndGlyphs"'
                ELSE ''
            END,
            hg__html(left(m.label, 40))
        ), E'\n' ORDER BY m.top)
        FROM (
            SELECT hg__report_label(e.module) AS label, min(e.y) AS top, max(e.y) AS bottom
            FROM (
                SELECT f.o_from AS module, f.o_from_y AS y
                FROM jsonb_to_recordset(p_ends) AS f (o_from text, o_from_y integer)
                UNION ALL
                SELECT t.o_to, t.o_to_y
                FROM jsonb_to_recordset(p_ends) AS t (o_to text, o_to_y integer)
            ) AS e
            GROUP BY e.module
        ) AS m
    );
END
$hg__report_map_modules$;

REVOKE ALL ON FUNCTION hg__report_map_modules FROM public;
