-- The pairs of a group, the most frequent first, with what their exact figures say of b after a.
-- p_cells: what hg__cross_cells found, by kind and name.
-- Writes: nothing. Calls: hg__cross_interval. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_cohort_pairs(p_cells jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_cohort_pairs$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(
            p.figures - '{mastered,exact_questions,exact_correct,exact_count}'::text[]
            || jsonb_build_object(
                'pair', p.pair, 'from', split_part(p.pair, '>', 1), 'to', p.module,
                'lift', trim_scale(round(
                    (p.correct * p.all_questions - p.all_correct * p.questions)
                    / nullif(p.questions * p.all_questions, 0), 2
                )),
                'lift_low', i.o_low, 'lift_high', i.o_high,
                'pattern', CASE WHEN i.o_low > 0 THEN 'helps' WHEN i.o_high < 0 THEN 'hinders' END
            )
            ORDER BY (p.figures ->> 'count')::bigint DESC, p.pair COLLATE "C"
        ), '[]')
        FROM (
            SELECT
                c.pair, b.module, c.figures,
                (c.figures ->> 'exact_questions')::numeric AS questions,
                (c.figures ->> 'exact_correct')::numeric AS correct,
                (c.figures ->> 'exact_count')::numeric AS sessions,
                (m.figures ->> 'exact_questions')::numeric AS all_questions,
                (m.figures ->> 'exact_correct')::numeric AS all_correct,
                (m.figures ->> 'exact_count')::numeric AS all_sessions
            FROM jsonb_each(p_cells -> 'pair') AS c (pair, figures)
            CROSS JOIN LATERAL split_part(c.pair, '>', 2) AS b (module)
            INNER JOIN jsonb_each(p_cells -> 'module') AS m (module, figures)
                ON b.module = m.module
        ) AS p
        CROSS JOIN LATERAL hg__cross_interval(
            p.correct, p.questions, p.sessions,
            p.all_correct, p.all_questions, p.all_sessions, 2
        ) AS i
    );
END
$hg__cross_cohort_pairs$;

REVOKE ALL ON FUNCTION hg__cross_cohort_pairs FROM public;
