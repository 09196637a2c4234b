-- The version of the functions loaded.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- SECURITY DEFINER: whoever is granted it needs no right on the installation's table.
CREATE OR REPLACE FUNCTION hg_version() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
BEGIN ATOMIC
    SELECT i.code_version FROM hg_installation AS i;
END;

REVOKE ALL ON FUNCTION hg_version FROM public;

COMMENT ON FUNCTION hg_version IS
$$The version of the functions loaded, as make migrate noted it; NULL before its first end.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_version();$$;
