-- The kept pairs of modules, each with its lift: the accuracy in b after a, less the accuracy in b
-- over all; one exact fraction, null where either has no questions.
-- OFFSET 0 keeps the figures from being read out of the document each time the formula names them.
-- Writes: nothing. Calls: hg__ratio. Raises: nothing for a well-formed document.
CREATE OR REPLACE FUNCTION hg__pairs_with_lift(p_pairs jsonb, p_modules jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__pairs_with_lift$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_object_agg(
            f.pair, f.counts || jsonb_build_object('lift', hg__ratio(f.part, f.whole))
        ), '{}')
        FROM (
            SELECT
                c.pair,
                c.counts,
                c.correct * c.all_questions - c.all_correct * c.questions AS part,
                c.questions * c.all_questions AS whole
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
                    SELECT p_modules #> ARRAY[split_part(p.pair, '>', 2), 'progress']
                ) AS b (progress)
                OFFSET 0
            ) AS c
            OFFSET 0
        ) AS f
    );
END
$hg__pairs_with_lift$;

REVOKE ALL ON FUNCTION hg__pairs_with_lift FROM public;
