-- The archive rows of columns of users whose value lost to another one, is computed now, or has no
-- home; those in p_mended have theirs already.
-- Writes: nothing. Calls: hg__legacy_number, hg__legacy_entry. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_column_entries(
    p_user jsonb, p_stats jsonb, p_mended text[], p_user_id text
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_column_entries$
BEGIN
    RETURN ARRAY(
        SELECT hg__legacy_entry('users.' || c.name, p_user_id, c.reason, p_user -> c.name)
        FROM (
            VALUES
            ('tokens', 'merged', p_stats -> 'tokens'),
            ('streak_days', 'merged', p_stats -> 'streak_days'),
            ('daily_tokens_earned', 'merged', p_stats -> 'daily_tokens'),
            ('questions_answered', 'merged', p_stats -> 'total_questions_answered'),
            ('correct_answers', 'merged', p_stats -> 'total_correct_answers'),
            (
                'daily_engagement_minutes', 'merged', p_stats -> 'daily_engagement_minutes'
            ),
            ('fastest_category', 'computed', NULL),
            ('highest_score_category', 'computed', NULL),
            ('preferred_difficulty', 'no_home', '1')
        ) AS c (name, reason, taken)
        WHERE p_user ->> c.name IS NOT NULL
        AND (hg__legacy_number(p_user -> c.name) = c.taken::numeric) IS NOT TRUE
        AND 'users.' || c.name <> ALL (p_mended)
    );
END
$hg__legacy_column_entries$;

REVOKE ALL ON FUNCTION hg__legacy_column_entries FROM public;
