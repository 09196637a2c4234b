-- The older application's columns of users as a document has them, by the columns' names.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_mirrored(p_document jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mirrored$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
BEGIN
    RETURN jsonb_build_object(
        'tokens', v_stats -> 'tokens',
        'streak_days', v_stats -> 'streak_days',
        'daily_tokens_earned', v_stats -> 'daily_tokens',
        'questions_answered', v_stats -> 'total_questions_answered',
        'correct_answers', v_stats -> 'total_correct_answers',
        'daily_engagement_minutes', v_stats -> 'daily_engagement_minutes',
        'fastest_category', v_stats -> 'fastest_category',
        'highest_score_category', v_stats -> 'highest_score_category',
        'last_active', v_stats -> 'last_active'
    );
END
$hg__legacy_mirrored$;

REVOKE ALL ON FUNCTION hg__legacy_mirrored FROM public;
