-- An instant as documents hold it: UTC, whole seconds (cut, not rounded).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__instant_text(p_instant timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN to_char(p_instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');

REVOKE ALL ON FUNCTION hg__instant_text FROM public;
