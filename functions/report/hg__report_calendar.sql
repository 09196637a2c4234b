-- The last 60 local days of a streak as a calendar, a week a row; each day's state is a mark, a
-- word and a colour. The legend has the states that occur, and how often.
-- Writes: nothing. Calls: hg__report_states, hg__report_table. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_calendar(p_days jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_calendar$
DECLARE
    v_rows text;
    v_legend text;
    v_weekdays text[] := '{Week of,Mon,Tue,Wed,Thu,Fri,Sat,Sun}';
BEGIN
    WITH days AS (
        SELECT d.day, s.*, d.day - extract(ISODOW FROM d.day)::integer AS sunday
        FROM jsonb_to_recordset(p_days) AS d (day date, state text)
        INNER JOIN hg__report_states() AS s ON d.state = s.o_state
    ),

    weeks AS (
        SELECT
            w.sunday,
            string_agg(coalesce(
                format(
                    '<td role="cell" class="%s" data-day="%s" data-state="%s"><span class="n">%s'
                    '</span><span aria-hidden="true">%s</span><span class="sr">%s</span></td>',
                    d.o_state, to_char(d.day, 'YYYY-MM-DD'), d.o_state,
                    extract(DAY FROM d.day), d.o_mark, d.o_meaning
                ),
                '<td role="cell"></td>'
            ), '' ORDER BY n.n) AS cells
        FROM (SELECT DISTINCT e.sunday FROM days AS e) AS w
        CROSS JOIN generate_series(1, 7) AS n (n)
        LEFT JOIN days AS d ON d.day = w.sunday + n.n
        GROUP BY w.sunday
    )

    SELECT
        (
            SELECT string_agg(
                '<tr role="row"><th scope="row" role="rowheader">'
                || to_char(w.sunday + 1, 'FMDD Mon') || '</th>' || w.cells || '</tr>',
                E'\n' ORDER BY w.sunday
            )
            FROM weeks AS w
        ),
        (
            SELECT string_agg(
                format(
                    '<li><b class="%s" aria-hidden="true">%s</b>%s: %s</li>',
                    l.o_state, l.o_mark, l.o_meaning, l.days
                ),
                E'\n' ORDER BY l.o_place
            )
            FROM (
                SELECT d.o_place, d.o_state, d.o_mark, d.o_meaning, count(*) AS days
                FROM days AS d
                GROUP BY d.o_place, d.o_state, d.o_mark, d.o_meaning
            ) AS l
        )
    INTO v_rows, v_legend;
    RETURN hg__report_table('calendar', 'The last 60 days', v_weekdays, v_rows)
        || E'\n<ul class="legend">' || v_legend || '</ul>';
END
$hg__report_calendar$;

REVOKE ALL ON FUNCTION hg__report_calendar FROM public;
