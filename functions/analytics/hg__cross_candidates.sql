-- What can be said of every active module as the learner's next: whether it was tried, whether it
-- is mastered, how many answers (about) it is away from that (NULL: nobody can say, or a person
-- said that it is not mastered; infinite: no session would do), how the newest five sessions went,
-- and whether it is for the learner's grade, where that is known.
-- Writes: nothing. Calls: hg__cross_figure, hg__form_missing. Raises: nothing for a well-formed
-- document.
CREATE OR REPLACE FUNCTION hg__cross_candidates(
    p_modules jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS TABLE (
    o_module text, o_tried boolean, o_mastered boolean, o_questions bigint, o_correct bigint,
    o_answers double precision, o_latest text, o_difficulty smallint, o_fits boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_candidates$
BEGIN
    RETURN QUERY
    SELECT
        r.module, c.tried, b.progress -> 'mastery_level' = 'true',
        hg__cross_figure(b.progress, 'total_questions_answered'),
        hg__cross_figure(b.progress, 'correct_answers'),
        m.o_answers, right(b.progress ->> 'recent_results', 5), r.start_difficulty,
        coalesce(coalesce(r.grade_bottom, r.grade_start) <= p_user_grade, true)
    FROM hg_rules AS r
    CROSS JOIN LATERAL (
        SELECT p_modules -> r.module, p_modules -> r.module -> 'progress'
    ) AS b (block, progress)
    CROSS JOIN LATERAL (
        SELECT hg__cross_figure(b.progress, 'sessions_completed') > 0
    ) AS c (tried)
    LEFT JOIN LATERAL hg__form_missing(r.mastery_rule, r, b.block, p_user_grade) AS m
        ON c.tried AND b.progress -> 'mastery_override' = 'null'
    WHERE r.rules_version = p_rules_version AND r.active;
END
$hg__cross_candidates$;

REVOKE ALL ON FUNCTION hg__cross_candidates FROM public;
