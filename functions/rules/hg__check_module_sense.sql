-- Whether the columns of a catalog row make sense together.
-- Writes: nothing. Calls: hg__check_failed. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_module_sense(p_module hg_modules) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_module_sense$
DECLARE
    v_list_empty boolean := cardinality(p_module.fact_types) = 0;
    v_bad record;
BEGIN
    SELECT s.* INTO v_bad
    FROM (
        VALUES
            (
                'min_questions', p_module.min_questions::text,
                p_module.min_questions > p_module.full_questions,
                'at most full_questions, or a full session could not be good'
            ),
            (
                'slow_seconds', p_module.slow_seconds::text,
                p_module.slow_seconds <= p_module.fast_seconds,
                'more than fast_seconds'
            ),
            (
                'fast_seconds', p_module.fast_seconds::text,
                num_nulls(
                    p_module.fast_seconds, p_module.slow_seconds,
                    p_module.slow_tokens_per_unit, p_module.slow_perfect_bonus
                ) NOT IN (0, 4),
                'fast_seconds, slow_seconds, slow_tokens_per_unit and slow_perfect_bonus all '
                'given, or all NULL'
            ),
            (
                'grade_start', p_module.grade_start::text,
                num_nulls(p_module.grade_start, p_module.grade_bottom, p_module.grade_top)
                NOT IN (0, 3)
                OR p_module.grade_start NOT BETWEEN p_module.grade_bottom AND p_module.grade_top,
                'from grade_bottom to grade_top, or all three NULL'
            ),
            (
                'up_after', p_module.up_after::text,
                p_module.up_after IS NULL AND p_module.level_moves <> 'none',
                'given where level_moves is grade or progression'
            ),
            (
                'down_after', p_module.down_after::text,
                p_module.down_after IS NULL AND p_module.level_moves = 'grade',
                'given where level_moves is grade'
            ),
            (
                'fact_types', p_module.fact_types::text,
                v_list_empty AND (
                    p_module.level_moves = 'progression' OR p_module.test_kind = 'types'
                ),
                'not empty where level_moves is progression or test_kind is types'
            ),
            (
                'grade_top', p_module.grade_top::text,
                p_module.grade_top IS NULL AND p_module.test_kind = 'grade',
                'given where test_kind is grade'
            ),
            (
                'difficulty_down_percent', p_module.difficulty_down_percent::text,
                p_module.difficulty_down_percent >= p_module.difficulty_up_percent,
                'less than difficulty_up_percent'
            )
    ) AS s (name, value, senseless, domain)
    WHERE s.senseless
    LIMIT 1;
    IF found THEN
        PERFORM hg__check_failed(
            'hg_modules.' || v_bad.name, v_bad.name, v_bad.value, v_bad.domain
        );
    END IF;
END
$hg__check_module_sense$;

REVOKE ALL ON FUNCTION hg__check_module_sense FROM public;
