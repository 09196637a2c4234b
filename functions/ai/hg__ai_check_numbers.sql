-- The numbers a text about an input may have: its figures, as they are or in their other form, a
-- percent also as a whole one; and those of them that are percents.
-- Writes: nothing. Calls: hg__ai_check_leaves, hg__ai_check_forms. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_numbers(
    p_input jsonb, OUT o_numbers numeric[], OUT o_percents numeric[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_numbers$
BEGIN
    SELECT
        array_agg(DISTINCT n.figure) FILTER (WHERE n.figure IS NOT NULL),
        array_agg(DISTINCT n.figure) FILTER (WHERE n.figure IS NOT NULL AND n.is_percent)
    INTO o_numbers, o_percents
    FROM hg__ai_check_leaves(p_input) AS l
    CROSS JOIN LATERAL hg__ai_check_forms(l.path, l.figure) AS f
    CROSS JOIN LATERAL (
        VALUES
        (l.figure, f.o_share IS NOT NULL), (f.o_share, false),
        (f.o_percent, true), (round(f.o_percent), true)
    ) AS n (figure, is_percent);
END
$hg__ai_check_numbers$;

REVOKE ALL ON FUNCTION hg__ai_check_numbers FROM public;
