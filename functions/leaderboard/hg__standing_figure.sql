-- A counter of global_stats; NULL where it is none, for one malformed document must not end a
-- refresh. Of JSON values only numbers stand between two numbers.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standing_figure(p_value jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE WHEN p_value BETWEEN '0' AND '2147483647' THEN p_value::integer END;

REVOKE ALL ON FUNCTION hg__standing_figure FROM public;
