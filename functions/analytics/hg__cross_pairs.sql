-- Every pair of modules that a learner has moved between, the most frequent first, with what its
-- figures say of b after a. p_modules: the blocks of the learner's document.
-- The interval, and so the pattern, is only where b's block counts the sessions that the ledger
-- knows: after a reset or a direct write of it the two cannot be compared.
-- Writes: nothing. Calls: hg__cross_tallies, hg__cross_figure, hg__cross_interval, hg__ratio.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_pairs(
    p_user_id users.id%TYPE, p_modules jsonb,
    OUT o_pairs jsonb, OUT o_sessions bigint, OUT o_moves bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_pairs$
DECLARE
    c_least_count CONSTANT integer := 5;
BEGIN
    WITH tallies AS MATERIALIZED (
        SELECT t.* FROM hg__cross_tallies(p_user_id) AS t
    ),

    pairs AS (
        SELECT
            t.*,
            b.correct AS all_correct,
            b.questions AS all_questions,
            i.o_low,
            i.o_high
        FROM tallies AS t
        INNER JOIN tallies AS w ON t.o_to = w.o_to AND w.o_from = '*'
        CROSS JOIN LATERAL (SELECT p_modules -> t.o_to -> 'progress') AS f (figures)
        CROSS JOIN LATERAL (
            SELECT
                hg__cross_figure(f.figures, 'correct_answers'),
                hg__cross_figure(f.figures, 'total_questions_answered'),
                hg__cross_figure(f.figures, 'sessions_completed')
        ) AS b (correct, questions, sessions)
        LEFT JOIN LATERAL hg__cross_interval(
            t.o_correct, t.o_questions, t.o_count, b.correct, b.questions, b.sessions, 4
        ) AS i ON (b.correct, b.questions, b.sessions) = (w.o_correct, w.o_questions, w.o_count)
        WHERE t.o_from <> '*'
    )

    SELECT
        coalesce(jsonb_agg(jsonb_build_object(
            'pair', p.o_from || '>' || p.o_to, 'from', p.o_from, 'to', p.o_to,
            'count', p.o_count, 'good', p.o_good,
            'questions', p.o_questions, 'correct', p.o_correct,
            'success_rate', hg__ratio(p.o_good, p.o_count),
            'accuracy', hg__ratio(p.o_correct, p.o_questions),
            'lift', hg__ratio(
                p.o_correct::numeric * p.all_questions - p.all_correct * p.o_questions::numeric,
                p.o_questions::numeric * p.all_questions
            ),
            'lift_low', p.o_low, 'lift_high', p.o_high,
            'pattern', CASE
                WHEN p.o_count < c_least_count THEN NULL
                WHEN p.o_low > 0 THEN 'helps'
                WHEN p.o_high < 0 THEN 'hinders'
            END
        ) ORDER BY p.o_count DESC, p.o_from || '>' || p.o_to COLLATE "C"), '[]'),
        (SELECT coalesce(sum(t.o_count), 0) FROM tallies AS t WHERE t.o_from = '*'),
        coalesce(sum(p.o_count), 0)
    INTO o_pairs, o_sessions, o_moves
    FROM pairs AS p;
END
$hg__cross_pairs$;

REVOKE ALL ON FUNCTION hg__cross_pairs FROM public;
