-- A module's block as a learner begins with it.
-- Writes: nothing. Calls: hg__current_step. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__start_block(
    p_rules hg_rules, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__start_block$
BEGIN
    RETURN jsonb_build_object(
        'grade_level', p_rules.grade_start,
        'ai_analytics', NULL,
        'progress', jsonb_build_object(
            'timestamp', NULL,
            'concepts', p_rules.concepts,
            'preferred_difficulty', p_rules.start_difficulty,
            'mastery_level', false,
            'mastered_at', NULL,
            'mastery_override', NULL,
            'sessions_completed', 0,
            'total_questions_answered', 0,
            'correct_answers', 0,
            'tokens_earned', 0,
            'time_spent_total', 0,
            'best_score', 0,
            'best_time', NULL,
            'last_played', NULL,
            'test_taken', false,
            'test_rewarded', false,
            'attempt_good', 0,
            'attempt_bad', 0,
            'lesson', p_rules.start_lesson,
            'streak_current', 0,
            'streak_best', 0,
            'recent_results', '',
            'recent_questions', 0,
            'recent_correct', 0,
            'types_complete', '[]'::jsonb,
            'current_step', hg__current_step(p_rules, '{}', p_user_grade)
        )
    );
END
$hg__start_block$;

REVOKE ALL ON FUNCTION hg__start_block FROM public;
