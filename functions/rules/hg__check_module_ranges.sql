-- Whether every number and word of a catalog row is in its own column's domain.
-- The most a rule may pay per unit keeps every award an integer: 1,000 units and the bonuses.
-- Writes: nothing. Calls: hg__check_failed. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_module_ranges(p_module hg_modules) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_module_ranges$
DECLARE
    v_bad record;
BEGIN
    SELECT r.* INTO v_bad
    FROM (
        VALUES
            ('full_questions', p_module.full_questions::integer, 1, 1000),
            ('min_questions', p_module.min_questions, 1, 1000),
            ('good_percent', p_module.good_percent, 1, 100),
            ('correct_per_unit', p_module.correct_per_unit, 1, 1000),
            ('tokens_per_unit', p_module.tokens_per_unit, 0, 1000000),
            ('tokens_perfect_bonus', p_module.tokens_perfect_bonus, 0, 1000000),
            ('tokens_when_good', p_module.tokens_when_good, 0, 1000000),
            ('tokens_when_perfect', p_module.tokens_when_perfect, 0, 1000000),
            ('fast_seconds', p_module.fast_seconds, 1, 32767),
            ('slow_seconds', p_module.slow_seconds, 1, 32767),
            ('slow_tokens_per_unit', p_module.slow_tokens_per_unit, 0, 1000000),
            ('slow_perfect_bonus', p_module.slow_perfect_bonus, 0, 1000000),
            ('up_after', p_module.up_after, 1, 100),
            ('down_after', p_module.down_after, 1, 100),
            ('grade_start', p_module.grade_start, 0, 12),
            ('grade_bottom', p_module.grade_bottom, 0, 12),
            ('grade_top', p_module.grade_top, 0, 12),
            ('start_difficulty', p_module.start_difficulty, 1, 5),
            ('difficulty_up_questions', p_module.difficulty_up_questions, 1, 1000),
            ('difficulty_up_percent', p_module.difficulty_up_percent, 1, 100),
            ('difficulty_down_questions', p_module.difficulty_down_questions, 1, 1000),
            ('difficulty_down_percent', p_module.difficulty_down_percent, 0, 99),
            ('difficulty_reset_questions', p_module.difficulty_reset_questions, 1, 10000),
            ('start_lesson', p_module.start_lesson, 0, 2147483647),
            ('auto_skip_above_grade', p_module.auto_skip_above_grade, 0, 12),
            ('test_first_tokens', p_module.test_first_tokens, 0, 1000000),
            ('test_correct_per_token', p_module.test_correct_per_token, 1, 1000),
            ('test_mastery_bonus', p_module.test_mastery_bonus, 0, 1000000)
    ) AS r (name, value, lowest, highest)
    WHERE r.value NOT BETWEEN r.lowest AND r.highest
    LIMIT 1;
    IF found THEN
        PERFORM hg__check_failed(
            'hg_modules.' || v_bad.name, v_bad.name, v_bad.value::text,
            format('an integer from %s to %s', v_bad.lowest, v_bad.highest)
        );
    END IF;

    SELECT w.* INTO v_bad
    FROM (
        VALUES
            ('level_moves', p_module.level_moves, ARRAY['grade', 'progression', 'none']),
            ('test_kind', p_module.test_kind, ARRAY['grade', 'types', 'plain']),
            ('mastery_policy', p_module.mastery_policy, ARRAY['latched', 'live'])
    ) AS w (name, value, words)
    WHERE w.value <> ALL (w.words)
    LIMIT 1;
    IF found THEN
        PERFORM hg__check_failed(
            'hg_modules.' || v_bad.name, v_bad.name, to_json(v_bad.value)::text,
            'one of ' || array_to_string(v_bad.words, ', ')
        );
    END IF;
END
$hg__check_module_ranges$;

REVOKE ALL ON FUNCTION hg__check_module_ranges FROM public;
