-- What a token_run or a test does to the progress of its module, tokens and mastery aside.
-- Writes: nothing. Calls: hg__fold_test, hg__fold_attempt, hg__current_step, hg__score. Raises:
-- nothing.
CREATE OR REPLACE FUNCTION hg__fold_progress(
    p_progress hg_progress, p_grade integer, p_entry hg_ledger, p_rules hg_rules,
    p_good boolean, p_full boolean, p_perfect boolean,
    OUT o_progress hg_progress, OUT o_grade integer, OUT o_level_change integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_progress$
DECLARE
    c_max CONSTANT bigint := 2147483647;
    v_questions bigint := p_progress.recent_questions + p_entry.questions::bigint;
    v_correct bigint := p_progress.recent_correct + p_entry.correct::bigint;
    v_step record;
BEGIN
    o_progress := p_progress;
    o_grade := p_grade;
    o_level_change := 0;

    IF p_entry.run_type = 'test' THEN
        o_progress.test_taken := true;
    END IF;
    IF NOT p_entry.too_late THEN
        IF p_entry.run_type = 'test' THEN
            v_step := hg__fold_test(o_progress, p_grade, p_entry, p_rules);
            o_progress := v_step.o_progress;
            o_grade := v_step.o_grade;
        ELSIF p_good IS NOT NULL AND p_rules.level_moves <> 'none' THEN
            v_step := hg__fold_attempt(
                o_progress, p_grade, p_entry, p_rules, p_good, p_perfect
            );
            o_progress := v_step.o_progress;
            o_grade := v_step.o_grade;
            o_level_change := v_step.o_level_change;
        END IF;
        IF p_rules.fact_types <> '{}' THEN
            o_progress.current_step := hg__current_step(
                p_rules, o_progress.types_complete, p_entry.user_grade
            );
        END IF;
        IF p_good IS NOT NULL THEN
            o_progress.streak_current := CASE
                WHEN p_good THEN least(p_progress.streak_current + 1::bigint, c_max)
                ELSE 0
            END;
            o_progress.streak_best := greatest(p_progress.streak_best, o_progress.streak_current);
            o_progress.recent_results := right(
                p_progress.recent_results || p_good::integer::text, 10
            );
        END IF;
    END IF;

    o_progress.sessions_completed := least(p_progress.sessions_completed + 1::bigint, c_max);
    o_progress.total_questions_answered := least(
        p_progress.total_questions_answered + p_entry.questions::bigint, c_max
    );
    o_progress.correct_answers := least(
        p_progress.correct_answers + p_entry.correct::bigint, c_max
    );
    o_progress.time_spent_total := least(
        p_progress.time_spent_total + coalesce(p_entry.seconds, 0)::bigint, c_max
    );
    IF p_full THEN
        o_progress.best_score := greatest(p_progress.best_score, hg__score(p_entry));
        IF p_good THEN
            o_progress.best_time := least(p_progress.best_time, p_entry.seconds);
        END IF;
    END IF;

    -- The difficulty, up first; the counters begin again where a move was due, made or not.
    IF v_questions >= p_rules.difficulty_up_questions
        AND v_correct * 100 >= p_rules.difficulty_up_percent * v_questions
    THEN
        o_progress.preferred_difficulty := least(p_progress.preferred_difficulty + 1, 5);
        v_questions := 0;
    ELSIF v_questions >= p_rules.difficulty_down_questions
        AND v_correct * 100 <= p_rules.difficulty_down_percent * v_questions
    THEN
        o_progress.preferred_difficulty := greatest(p_progress.preferred_difficulty - 1, 1);
        v_questions := 0;
    ELSIF v_questions >= p_rules.difficulty_reset_questions THEN
        v_questions := 0;
    END IF;
    o_progress.recent_questions := v_questions;
    o_progress.recent_correct := CASE WHEN v_questions = 0 THEN 0 ELSE v_correct END;
END
$hg__fold_progress$;

REVOKE ALL ON FUNCTION hg__fold_progress FROM public;
