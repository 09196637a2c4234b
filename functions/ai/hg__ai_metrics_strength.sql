-- How strong a concept is, 0 to 100: accuracy makes up to 60 points, consistency 30, mastery 10,
-- and ten questions' worth of 50 points are mixed in, so that a few questions say little. Without
-- recent sessions accuracy stands for consistency. Exact, halves away from zero.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_metrics_strength(
    p_correct numeric, p_questions numeric, p_recent_good numeric, p_recent_sessions numeric,
    p_mastered boolean
) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_recent_sessions > 0
        THEN div(
            (120 * p_correct + 20 * p_mastered::integer * p_questions + p_questions + 1010)
            * p_recent_sessions + 60 * p_recent_good * p_questions,
            2 * (p_questions + 10) * p_recent_sessions
        )
    ELSE div(
        180 * p_correct + 20 * p_mastered::integer * p_questions + p_questions + 1010,
        2 * (p_questions + 10)
    )
END::integer;

REVOKE ALL ON FUNCTION hg__ai_metrics_strength FROM public;
