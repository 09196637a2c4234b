-- '1 more good session', '2 more good sessions'.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__more(p_count bigint, p_noun text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_count || ' more ' || p_noun || CASE WHEN p_count = 1 THEN '' ELSE 's' END;

REVOKE ALL ON FUNCTION hg__more FROM public;
