-- What each of a learner's checkpoints (the segment: 1 is the first) knows of the sessions before
-- it: those in module o_to after one in o_from, and all those in o_to, where o_from is '*'.
-- A checkpoint that took the place of ledger rows carries the whole; of any other it is what its
-- document kept, and the document itself where there is no checkpoint. Only modules of the catalog:
-- a document may hold other names. p_last: no checkpoint after this ledger_id is looked at.
-- Writes: nothing. Calls: hg__object, hg__cross_figure. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_known(
    p_user_id users.id%TYPE, p_last bigint DEFAULT NULL
) RETURNS TABLE (
    o_segment integer, o_from text, o_to text,
    o_count bigint, o_good bigint, o_questions bigint, o_correct bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_known$
BEGIN
    RETURN QUERY
    WITH checkpoints AS (
        SELECT
            row_number() OVER (ORDER BY l.ledger_id)::integer AS segment,
            l.details -> 'cross_module' AS whole,
            hg__object(l.document) AS document
        FROM hg_ledger AS l
        WHERE l.user_id = p_user_id
        AND l.kind IN ('skeleton', 'direct_write', 'import', 'retention')
        AND l.ledger_id <= coalesce(p_last, l.ledger_id)
    ),

    known AS (
        SELECT
            c.segment,
            coalesce(c.whole -> 'modules', c.document -> 'modules') AS modules,
            coalesce(
                c.whole -> 'pairs',
                c.document #> '{cross_module_analytics,learning_patterns_between_modules}'
            ) AS pairs
        FROM checkpoints AS c
        UNION ALL
        SELECT
            1,
            u.hidden_grade_asset -> 'modules',
            u.hidden_grade_asset
            #> '{cross_module_analytics,learning_patterns_between_modules}'
        FROM users AS u
        WHERE u.id = p_user_id AND NOT EXISTS (SELECT FROM checkpoints AS c)
    )

    SELECT
        k.segment, '*', m.module, hg__cross_figure(f.figures, 'sessions_completed'),
        0::bigint, hg__cross_figure(f.figures, 'total_questions_answered'),
        hg__cross_figure(f.figures, 'correct_answers')
    FROM known AS k
    CROSS JOIN hg_modules AS m
    CROSS JOIN LATERAL (SELECT k.modules -> m.module -> 'progress') AS f (figures)
    WHERE hg__cross_figure(f.figures, 'sessions_completed') > 0
    UNION ALL
    SELECT
        k.segment, a.module, b.module, hg__cross_figure(p.figures, 'count'),
        hg__cross_figure(p.figures, 'good'), hg__cross_figure(p.figures, 'questions'),
        hg__cross_figure(p.figures, 'correct')
    FROM known AS k
    CROSS JOIN LATERAL jsonb_each(hg__object(k.pairs)) AS p (pair, figures)
    INNER JOIN hg_modules AS a ON split_part(p.pair, '>', 1) = a.module
    INNER JOIN hg_modules AS b ON p.pair = a.module || '>' || b.module
    WHERE hg__cross_figure(p.figures, 'count') > 0;
END
$hg__cross_known$;

REVOKE ALL ON FUNCTION hg__cross_known FROM public;
