-- The kept pairs of modules, each with its lift: the accuracy in b after a, less the accuracy in b
-- over all; one exact fraction, null where either has no questions.
-- Writes: nothing. Calls: hg__ratio. Raises: nothing for a well-formed document.
CREATE OR REPLACE FUNCTION hg__pairs_with_lift(p_pairs jsonb, p_modules jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__pairs_with_lift$
BEGIN
    IF p_pairs = '{}' THEN
        RETURN p_pairs;
    END IF;
    RETURN (
        SELECT jsonb_object_agg(
            c.pair,
            c.counts || jsonb_build_object('lift', hg__ratio(
                c.correct * c.all_questions - c.all_correct * c.questions,
                c.questions * c.all_questions
            ))
        )
        FROM (
            SELECT
                p.pair,
                p.counts,
                (p.counts ->> 'correct')::numeric AS correct,
                (p.counts ->> 'questions')::numeric AS questions,
                (b.progress ->> 'correct_answers')::numeric AS all_correct,
                (b.progress ->> 'total_questions_answered')::numeric AS all_questions
            FROM jsonb_each(p_pairs) AS p (pair, counts)
            CROSS JOIN LATERAL (
                SELECT p_modules -> split_part(p.pair, '>', 2) -> 'progress'
            ) AS b (progress)
        ) AS c
    );
END
$hg__pairs_with_lift$;

REVOKE ALL ON FUNCTION hg__pairs_with_lift FROM public;
