-- The keys of global_stats that the fold knows: those of the type hg_global_stats.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__stats_keys() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '{
    tokens,total_tokens_earned,total_tokens_spent,daily_tokens,streak_days,longest_streak_days,
    streak_freezes,activity_date,time_zone,time_zone_next,time_zone_next_from,
    total_questions_answered,total_correct_answers,total_sessions_completed,total_time_spent,
    daily_time_spent,daily_engagement_minutes,fastest_category,highest_score_category,last_active,
    last_module
}'::text[];

REVOKE ALL ON FUNCTION hg__stats_keys FROM public;
