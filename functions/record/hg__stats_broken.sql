-- A cheap look at the global_stats that every change reads: a key missing, or a figure that is no
-- number from 0 up. The path and the word for it are hg__document_problem's to find.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__stats_broken(p_stats jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN jsonb_path_match(
    p_stats,
    'strict $.tokens >= 0 && $.total_tokens_earned >= 0 && $.total_tokens_spent >= 0
    && $.daily_tokens >= 0 && $.streak_days >= 0 && $.longest_streak_days >= 0
    && $.streak_freezes >= 0 && $.total_sessions_completed >= 0 && $.total_time_spent >= 0
    && $.daily_time_spent >= 0 && $.daily_engagement_minutes >= 0
    && $.total_correct_answers >= 0 && $.total_questions_answered >= $.total_correct_answers',
    silent => true
) IS NOT TRUE
OR NOT p_stats ?& '{
    activity_date,time_zone,time_zone_next,time_zone_next_from,
    fastest_category,highest_score_category,last_active,last_module
}';

REVOKE ALL ON FUNCTION hg__stats_broken FROM public;
