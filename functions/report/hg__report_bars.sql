-- Tokens week by week as bars, each with its figure above it; the last week is not over yet and is
-- drawn dashed. The axis ends at 10, 20, 50, 100 and so on.
-- Writes: nothing. Calls: hg__report_short. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_bars(p_weeks jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_bars$
DECLARE
    v_most bigint;
    v_step bigint;
    v_top bigint;
BEGIN
    SELECT max(w.o_tokens) INTO v_most FROM jsonb_to_recordset(p_weeks) AS w (o_tokens bigint);
    v_step := (10 ^ floor(log(greatest(v_most, 10))))::bigint;
    v_top := (
        SELECT min(f.factor * v_step) FROM unnest('{1,2,5,10}'::bigint[]) AS f (factor)
        WHERE f.factor * v_step >= v_most
    );
    RETURN concat(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 176" role="img" ',
        'aria-labelledby="weeks-title weeks-text"><title id="weeks-title">Tokens week by week',
        '</title><desc id="weeks-text">A bar for each of the last twelve weeks; the table below ',
        E'has the figures.</desc>\n',
        (
            SELECT string_agg(format(
                '<path class="grid" d="M34 %s H352"/><text class="axis" x="30" y="%s" '
                'text-anchor="end">%s</text>',
                g.y, g.y + 3.5, hg__report_short(v_top * g.half / 2)
            ), E'\n')
            FROM (SELECT n.half, 150 - 64 * n.half AS y FROM generate_series(0, 2) AS n (half)) AS g
        ),
        (
            SELECT string_agg(
                format(
                    E'\n<rect class="bar%s" x="%s" y="%s" width="18" height="%s" rx="2"/>'
                    '<text x="%s" y="%s" text-anchor="middle">%s</text>',
                    CASE b.o_place WHEN 11 THEN ' now' ELSE '' END, b.x, 150 - b.height, b.height,
                    b.x + 9, 146 - b.height, hg__report_short(b.o_tokens)
                ) || CASE WHEN b.o_place % 3 = 2 THEN format(
                    '<text class="axis" x="%s" y="166" text-anchor="middle">%s</text>',
                    b.x + 9, to_char(b.o_week, 'FMDD Mon')
                ) ELSE '' END,
                '' ORDER BY b.o_place
            )
            FROM (
                SELECT
                    w.*, 36 + 26 * w.o_place AS x,
                    trim_scale(round(128.0 * w.o_tokens / v_top, 1)) AS height
                FROM jsonb_to_recordset(p_weeks) AS w (
                    o_place integer, o_week date, o_tokens bigint
                )
            ) AS b
        ),
        '</svg>'
    );
END
$hg__report_bars$;

REVOKE ALL ON FUNCTION hg__report_bars FROM public;
