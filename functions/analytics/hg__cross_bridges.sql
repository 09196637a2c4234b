-- The concepts of the catalog that two or more of the modules a learner has tried teach, in
-- alphabetical order, each with the answers of those modules pooled.
-- Writes: nothing. Calls: hg__cross_figure, hg__ratio. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_bridges(p_modules jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_bridges$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'concept', c.concept, 'modules', c.modules,
            'questions', c.questions, 'correct', c.correct,
            'accuracy', hg__ratio(c.correct, c.questions), 'mastered', c.mastered
        ) ORDER BY c.concept COLLATE "C"), '[]')
        FROM (
            SELECT
                t.concept,
                jsonb_agg(t.module ORDER BY t.module COLLATE "C") AS modules,
                sum(hg__cross_figure(t.progress, 'total_questions_answered')) AS questions,
                sum(hg__cross_figure(t.progress, 'correct_answers')) AS correct,
                bool_and(t.progress -> 'mastery_level' = 'true') AS mastered
            FROM (
                SELECT DISTINCT
                    btrim(n.concept) AS concept, m.module,
                    p_modules -> m.module -> 'progress' AS progress
                FROM hg_modules AS m
                CROSS JOIN LATERAL string_to_table(m.concepts, ',') AS n (concept)
                WHERE btrim(n.concept) <> ''
            ) AS t
            WHERE hg__cross_figure(t.progress, 'sessions_completed') > 0
            GROUP BY t.concept
            HAVING count(*) >= 2
        ) AS c
    );
END
$hg__cross_bridges$;

REVOKE ALL ON FUNCTION hg__cross_bridges FROM public;
