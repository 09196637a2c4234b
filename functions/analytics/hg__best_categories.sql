-- The quickest module (least time a question) and the most accurate one, of those with ten
-- questions or more; ties go to the first in the alphabet.
-- Writes: nothing. Calls: hg__is_block. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__best_categories(
    p_modules jsonb, OUT o_fastest text, OUT o_highest text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__best_categories$
BEGIN
    -- 40 decimals tell any two fractions of such counters apart
    SELECT
        (array_agg(
            c.module ORDER BY round(c.seconds, 40) / c.questions, c.module COLLATE "C"
        ) FILTER (WHERE c.seconds > 0))[1],
        (array_agg(
            c.module ORDER BY round(c.correct, 40) / c.questions DESC, c.module COLLATE "C"
        ))[1]
    INTO o_fastest, o_highest
    FROM (
        SELECT
            m.module,
            (m.block #>> '{progress,time_spent_total}')::numeric AS seconds,
            (m.block #>> '{progress,correct_answers}')::numeric AS correct,
            (m.block #>> '{progress,total_questions_answered}')::numeric AS questions
        FROM jsonb_each(p_modules) AS m (module, block)
        WHERE hg__is_block(m.block)
    ) AS c
    WHERE c.questions >= 10;
END
$hg__best_categories$;

REVOKE ALL ON FUNCTION hg__best_categories FROM public;
