-- A ratio as its percent with all its digits: 0.8571 is 85.71%. Rounded it would be another number
-- than the one that is known.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_percent(p_ratio text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN trim_scale(p_ratio::numeric * 100) || '%';

REVOKE ALL ON FUNCTION hg__ai_rules_percent FROM public;
