-- The sessions completed in the scope when an input was read.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_input_sessions(p_input jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN coalesce(p_input #>> '{totals,sessions}', p_input #>> '{module,sessions}')::integer;

REVOKE ALL ON FUNCTION hg__ai_input_sessions FROM public;
