-- The instant of a text that is known to be one, in UTC.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_at(p_text text) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_text::timestamp AT TIME ZONE 'UTC';

REVOKE ALL ON FUNCTION hg__legacy_at FROM public;
