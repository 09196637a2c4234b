-- global_stats with what the fold has computed; keys it does not know stay.
-- Writes: nothing. Calls: hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__merge_stats(
    p_section jsonb, p_stats hg_global_stats
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__merge_stats$
BEGIN
    RETURN p_section || jsonb_build_object(
        'tokens', p_stats.tokens,
        'total_tokens_earned', p_stats.total_tokens_earned,
        'total_tokens_spent', p_stats.total_tokens_spent,
        'daily_tokens', p_stats.daily_tokens,
        'streak_days', p_stats.streak_days,
        'longest_streak_days', p_stats.longest_streak_days,
        'streak_freezes', p_stats.streak_freezes,
        'activity_date', p_stats.activity_date,
        'time_zone', p_stats.time_zone,
        'time_zone_next', p_stats.time_zone_next,
        'time_zone_next_from', hg__instant_text(p_stats.time_zone_next_from),
        'total_questions_answered', p_stats.total_questions_answered,
        'total_correct_answers', p_stats.total_correct_answers,
        'total_sessions_completed', p_stats.total_sessions_completed,
        'total_time_spent', p_stats.total_time_spent,
        'daily_time_spent', p_stats.daily_time_spent,
        'daily_engagement_minutes', p_stats.daily_engagement_minutes,
        'fastest_category', p_stats.fastest_category,
        'highest_score_category', p_stats.highest_score_category,
        'last_active', p_stats.last_active,
        'last_module', p_stats.last_module
    );
END
$hg__merge_stats$;

REVOKE ALL ON FUNCTION hg__merge_stats FROM public;
