-- The id of a legacy row as a number, to tell which of two is the later; 0 where it is none.
-- Writes: nothing. Calls: hg__legacy_number. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_id(p_row jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN coalesce(trunc(hg__legacy_number(p_row -> 'id')), 0);

REVOKE ALL ON FUNCTION hg__legacy_id FROM public;
