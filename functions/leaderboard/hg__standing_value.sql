-- A learner's figure of a metric as true at the instant of the refresh: a streak that was broken by
-- then is 0, without anything having been written.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standing_value(
    p_standing hg_standings, p_metric text, p_as_of timestamptz
) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE p_metric
    WHEN 'tokens' THEN p_standing.tokens
    WHEN 'total_tokens_earned' THEN p_standing.total_tokens_earned
    WHEN 'total_correct_answers' THEN p_standing.total_correct_answers
    WHEN 'streak_days'
        THEN CASE WHEN p_standing.streak_until <= p_as_of THEN 0 ELSE p_standing.streak_days END
END;

REVOKE ALL ON FUNCTION hg__standing_value FROM public;
