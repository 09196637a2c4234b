-- The pairs of modules that moves from one module to another make; the arrays are the moves' pairs
-- and figures in their order, which matters only where there are more than eight pairs.
-- Writes: nothing. Calls: hg__fold_pair. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_pairs(
    p_pairs text[], p_good boolean[], p_questions integer[], p_correct integer[]
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_pairs$
DECLARE
    v_pairs jsonb;
BEGIN
    -- Few moves are sooner folded than grouped.
    IF cardinality(p_pairs) > 8 THEN
        SELECT jsonb_object_agg(p.pair, jsonb_build_object(
            'count', p.times, 'good', p.good, 'questions', p.questions, 'correct', p.correct
        ))
        INTO v_pairs
        FROM (
            SELECT
                m.pair,
                count(*) AS times,
                count(*) FILTER (WHERE m.good) AS good,
                least(sum(m.questions), 2147483647) AS questions,
                least(sum(m.correct), 2147483647) AS correct
            FROM unnest(p_pairs, p_good, p_questions, p_correct)
            AS m (pair, good, questions, correct)
            GROUP BY m.pair
        ) AS p
        HAVING count(*) <= 8;
    END IF;
    IF v_pairs IS NULL THEN
        v_pairs := '{}';
        FOR v_move IN 1 .. cardinality(p_pairs) LOOP
            v_pairs := hg__fold_pair(
                v_pairs, p_pairs[v_move], p_good[v_move], p_questions[v_move], p_correct[v_move]
            );
        END LOOP;
    END IF;
    RETURN v_pairs;
END
$hg__legacy_pairs$;

REVOKE ALL ON FUNCTION hg__legacy_pairs FROM public;
