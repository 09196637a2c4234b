-- The figures of a group that may be shown: those to which enough learners add, and none of them
-- more than half of the answers. o_figures is what is shown of them, rounded; the others are exact.
-- Writes: nothing. Calls: hg__cross_shares, hg__cross_rounded. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_cells(
    p_user_ids jsonb, p_grades text[], p_active_since timestamptz, p_least integer
) RETURNS TABLE (
    o_kind text, o_name text, o_figures jsonb, o_questions numeric, o_correct numeric,
    o_count numeric
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_cells$
BEGIN
    RETURN QUERY
    SELECT
        s.o_kind, s.o_name,
        jsonb_build_object(
            'learners', hg__cross_rounded(count(*), 1),
            'count', hg__cross_rounded(sum(s.o_count), max(s.o_count)),
            'good', hg__cross_rounded(sum(s.o_good), max(s.o_good)),
            'questions', hg__cross_rounded(sum(s.o_questions), max(s.o_questions)),
            'correct', hg__cross_rounded(sum(s.o_correct), max(s.o_correct)),
            'success_rate', trim_scale(round(sum(s.o_good) / sum(s.o_count), 2)),
            'accuracy', trim_scale(round(sum(s.o_correct) / nullif(sum(s.o_questions), 0), 2)),
            'mastered', hg__cross_rounded(count(*) FILTER (WHERE s.o_mastered), 1)
        ),
        sum(s.o_questions), sum(s.o_correct), sum(s.o_count)
    FROM hg__cross_shares(p_user_ids, p_grades, p_active_since, p_least) AS s
    GROUP BY s.o_kind, s.o_name
    HAVING count(*) >= p_least
    AND (s.o_kind = 'sessions' OR 2 * max(s.o_questions) <= sum(s.o_questions));
END
$hg__cross_cells$;

REVOKE ALL ON FUNCTION hg__cross_cells FROM public;
