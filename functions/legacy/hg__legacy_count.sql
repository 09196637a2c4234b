-- A JSON value as a count: a fraction is cut, below 0 is 0, above the integer range its end; 0 for
-- what is no number.
-- Writes: nothing. Calls: hg__legacy_number. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_count(p_value jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN least(greatest(trunc(hg__legacy_number(p_value)), 0), 2147483647)::integer;

REVOKE ALL ON FUNCTION hg__legacy_count FROM public;
