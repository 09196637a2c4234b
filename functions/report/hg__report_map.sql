-- The moves between modules that the document keeps, as a map and as a table; NULL without any.
-- Writes: nothing. Calls: hg__report_map_ends, hg__report_map_svg, hg__report_table,
-- hg__report_cell, hg__report_value, hg__report_number, hg__report_share, hg__report_label,
-- hg__html. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_map(p_pairs jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_map$
DECLARE
    v_ends jsonb := (
        SELECT jsonb_agg(e ORDER BY e.o_lane) FROM hg__report_map_ends(p_pairs) AS e
    );
BEGIN
    RETURN '<p>What was played next, and how often that session was good. The wider the arrow, the '
        || 'more often.</p><div class="pair drawn">' || hg__report_map_svg(v_ends)
        || hg__report_table(
            'plain map', 'The same in figures', '{Move,Times,Good}', (
                SELECT string_agg(
                    format(
                        '<tr role="row" data-pair="%s"><th scope="row" role="rowheader">%s to %s'
                        '</th>%s%s</tr>',
                        hg__html(e.o_pair), hg__html(hg__report_label(e.o_from)),
                        hg__html(hg__report_label(e.o_to)),
                        hg__report_cell('Times', hg__report_value(
                            'count', e.o_count::text, hg__report_number(e.o_count)
                        )),
                        hg__report_cell('Good', hg__report_share(
                            'good', 'count', e.o_good, e.o_count
                        ))
                    ),
                    E'\n' ORDER BY e.o_count DESC, e.o_pair COLLATE "C"
                )
                FROM jsonb_to_recordset(v_ends) AS e (
                    o_pair text, o_from text, o_to text, o_count bigint, o_good bigint
                )
            )
        ) || '</div>';
END
$hg__report_map$;

REVOKE ALL ON FUNCTION hg__report_map FROM public;
