-- A cheap look at what every activity reads: a key missing or a counter below zero. The path and the
-- word for it are hg__document_problem's to find.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__is_broken(
    p_stats hg_global_stats, p_progress hg_progress
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__is_broken$
BEGIN
    RETURN num_nulls(
        p_stats.tokens, p_stats.total_tokens_earned, p_stats.total_tokens_spent,
        p_stats.daily_tokens, p_stats.streak_days, p_stats.longest_streak_days,
        p_stats.streak_freezes, p_stats.total_questions_answered, p_stats.total_correct_answers,
        p_stats.total_sessions_completed, p_stats.total_time_spent, p_stats.daily_time_spent,
        p_stats.daily_engagement_minutes,
        p_progress.concepts, p_progress.preferred_difficulty, p_progress.mastery_level,
        p_progress.sessions_completed, p_progress.total_questions_answered,
        p_progress.correct_answers, p_progress.tokens_earned, p_progress.time_spent_total,
        p_progress.best_score, p_progress.test_taken, p_progress.test_rewarded,
        p_progress.attempt_good, p_progress.attempt_bad, p_progress.streak_current,
        p_progress.streak_best, p_progress.recent_results, p_progress.recent_questions,
        p_progress.recent_correct, p_progress.types_complete
    ) > 0
    OR least(
        p_stats.tokens, p_stats.total_tokens_earned, p_stats.total_tokens_spent,
        p_stats.daily_tokens, p_stats.streak_days, p_stats.longest_streak_days,
        p_stats.streak_freezes, p_stats.total_questions_answered, p_stats.total_correct_answers,
        p_stats.total_sessions_completed, p_stats.total_time_spent, p_stats.daily_time_spent,
        p_stats.daily_engagement_minutes,
        p_progress.preferred_difficulty - 1, 5 - p_progress.preferred_difficulty,
        p_progress.sessions_completed, p_progress.total_questions_answered,
        p_progress.correct_answers, p_progress.tokens_earned, p_progress.time_spent_total,
        p_progress.best_score, 100 - p_progress.best_score, p_progress.best_time,
        p_progress.attempt_good, p_progress.attempt_bad, p_progress.streak_current,
        p_progress.streak_best, p_progress.recent_questions, p_progress.recent_correct,
        p_progress.total_questions_answered - p_progress.correct_answers,
        p_progress.recent_questions - p_progress.recent_correct,
        p_stats.total_questions_answered - p_stats.total_correct_answers
    ) < 0;
END
$hg__is_broken$;

REVOKE ALL ON FUNCTION hg__is_broken FROM public;
