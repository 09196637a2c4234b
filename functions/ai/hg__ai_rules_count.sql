-- So many of something, in words: 1 session, 12 sessions.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_count(p_count text, p_noun text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_count || ' ' || p_noun || CASE p_count WHEN '1' THEN '' ELSE 's' END;

REVOKE ALL ON FUNCTION hg__ai_rules_count FROM public;
