-- Every module that the rules in force know, active or not: those of hg_modules, read where they
-- are everywhere (a distributed installation keeps hg_modules on one node).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__module_names() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__module_names$
BEGIN
    RETURN ARRAY(
        SELECT r.module
        FROM hg_installation AS i
        INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
    );
END
$hg__module_names$;

REVOKE ALL ON FUNCTION hg__module_names FROM public;
