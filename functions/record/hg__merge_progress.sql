-- A module block with the progress that the fold has computed; keys it does not know stay.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__merge_progress(
    p_block jsonb, p_progress hg_progress, p_grade integer
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__merge_progress$
BEGIN
    RETURN p_block || jsonb_build_object(
        'grade_level', p_grade,
        'progress', (p_block -> 'progress') || jsonb_build_object(
            'timestamp', p_progress."timestamp",
            'preferred_difficulty', p_progress.preferred_difficulty,
            'mastery_level', p_progress.mastery_level,
            'mastered_at', p_progress.mastered_at,
            'sessions_completed', p_progress.sessions_completed,
            'total_questions_answered', p_progress.total_questions_answered,
            'correct_answers', p_progress.correct_answers,
            'tokens_earned', p_progress.tokens_earned,
            'time_spent_total', p_progress.time_spent_total,
            'best_score', p_progress.best_score,
            'best_time', p_progress.best_time,
            'last_played', p_progress.last_played,
            'test_taken', p_progress.test_taken,
            'test_rewarded', p_progress.test_rewarded,
            'attempt_good', p_progress.attempt_good,
            'attempt_bad', p_progress.attempt_bad,
            'streak_current', p_progress.streak_current,
            'streak_best', p_progress.streak_best,
            'recent_results', p_progress.recent_results,
            'recent_questions', p_progress.recent_questions,
            'recent_correct', p_progress.recent_correct,
            'types_complete', p_progress.types_complete,
            'current_step', p_progress.current_step
        )
    );
END
$hg__merge_progress$;

REVOKE ALL ON FUNCTION hg__merge_progress FROM public;
