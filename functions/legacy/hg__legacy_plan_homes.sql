-- The columns of users that the move is about: home is the key of global_stats that stands for it,
-- idle the value that says nothing, finalize whether COLUMNS=yes drops it.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_homes()
RETURNS TABLE (name text, home text, other_home text, idle text, finalize boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
BEGIN ATOMIC
    SELECT
        h.name,
        h.home,
        h.other_home,
        h.idle,
        h.finalize
    FROM (
        VALUES
        ('tokens', 'tokens', NULL, '0', true),
        ('streak_days', 'streak_days', NULL, '0', true),
        ('daily_tokens_earned', 'daily_tokens', 'daily_tokens_earned', '0', true),
        ('questions_answered', 'total_questions_answered', NULL, '0', true),
        ('correct_answers', 'total_correct_answers', NULL, '0', true),
        ('daily_engagement_minutes', 'daily_engagement_minutes', NULL, '0', true),
        ('fastest_category', 'fastest_category', NULL, '', true),
        ('highest_score_category', 'highest_score_category', NULL, '', true),
        ('last_active', 'last_active', NULL, NULL, false),
        ('preferred_difficulty', NULL, NULL, '1', true)
    ) AS h (name, home, other_home, idle, finalize);
END;

REVOKE ALL ON FUNCTION hg__legacy_plan_homes FROM public;
