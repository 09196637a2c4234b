-- Refuses what is no scope: it must be global, cross_module, or an active module.
-- Writes: nothing. Calls: hg__raise_unknown_module. Raises: LG405.
CREATE OR REPLACE FUNCTION hg__ai_check_scope(p_scope text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_scope$
BEGIN
    IF p_scope NOT IN ('global', 'cross_module') AND NOT EXISTS (
        SELECT FROM hg_modules AS m WHERE m.module = p_scope AND m.active
    ) THEN
        PERFORM hg__raise_unknown_module(p_scope);
    END IF;
END
$hg__ai_check_scope$;

REVOKE ALL ON FUNCTION hg__ai_check_scope FROM public;
