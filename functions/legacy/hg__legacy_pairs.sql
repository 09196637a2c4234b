-- The pairs of modules that moves from one module to another make; the arrays are the moves' pairs
-- and figures in their order. It is hg__fold_pair for many moves: of eight kept pairs the one with
-- the smallest count (ties: the last in the alphabet) leaves when a ninth arrives.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_pairs(
    p_pairs text[], p_good boolean[], p_questions integer[], p_correct integer[]
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_pairs$
DECLARE
    c_kept CONSTANT integer := 8;
    v_pairs text[] := '{}';
    v_counts integer[];
    v_good integer[];
    v_questions bigint[];
    v_correct bigint[];
    v_place integer;
BEGIN
    FOR v_move IN 1 .. cardinality(p_pairs) LOOP
        v_place := array_position(v_pairs, p_pairs[v_move]);
        IF v_place IS NOT NULL THEN
            v_counts[v_place] := v_counts[v_place] + 1;
            v_good[v_place] := v_good[v_place] + coalesce(p_good[v_move], false)::integer;
            v_questions[v_place] := v_questions[v_place] + p_questions[v_move];
            v_correct[v_place] := v_correct[v_place] + p_correct[v_move];
        ELSE
            v_place := cardinality(v_pairs) + 1;
            IF v_place > c_kept THEN
                v_place := 1;
                FOR v_other IN 2 .. c_kept LOOP
                    IF v_counts[v_other] < v_counts[v_place]
                        OR v_counts[v_other] = v_counts[v_place]
                        AND v_pairs[v_other] > v_pairs[v_place] COLLATE "C"
                    THEN
                        v_place := v_other;
                    END IF;
                END LOOP;
            END IF;
            v_pairs[v_place] := p_pairs[v_move];
            v_counts[v_place] := 1;
            v_good[v_place] := coalesce(p_good[v_move], false)::integer;
            v_questions[v_place] := p_questions[v_move];
            v_correct[v_place] := p_correct[v_move];
        END IF;
    END LOOP;
    RETURN (
        SELECT coalesce(jsonb_object_agg(p.pair, jsonb_build_object(
            'count', p.times,
            'good', p.good,
            'questions', least(p.questions, 2147483647),
            'correct', least(p.correct, 2147483647)
        )), '{}')
        FROM unnest(v_pairs, v_counts, v_good, v_questions, v_correct)
        AS p (pair, times, good, questions, correct)
    );
END
$hg__legacy_pairs$;

REVOKE ALL ON FUNCTION hg__legacy_pairs FROM public;
