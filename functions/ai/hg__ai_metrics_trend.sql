-- Where accuracy goes between two halves of a window: up or down by five points or more, else
-- steady; unknown where a half has fewer than ten questions.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_metrics_trend(
    p_recent numeric, p_recent_questions bigint, p_before numeric, p_before_questions bigint
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN (p_recent_questions >= 10 AND p_before_questions >= 10) IS NOT TRUE THEN 'unknown'
    WHEN p_recent - p_before >= 0.05 THEN 'up'
    WHEN p_recent - p_before <= -0.05 THEN 'down'
    ELSE 'steady'
END;

REVOKE ALL ON FUNCTION hg__ai_metrics_trend FROM public;
