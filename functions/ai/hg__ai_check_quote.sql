-- A piece of an answer as a problem quotes it: its first characters, control characters escaped.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_quote(p_text text, p_longest integer DEFAULT 60)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN to_json(left(p_text, p_longest))::text;

REVOKE ALL ON FUNCTION hg__ai_check_quote FROM public;
