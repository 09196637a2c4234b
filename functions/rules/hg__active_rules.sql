-- The rules in force now for an active module.
-- Writes: nothing. Calls: hg__raise_unknown_module. Raises: LG405.
CREATE OR REPLACE FUNCTION hg__active_rules(p_module text) RETURNS hg_rules
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__active_rules$
DECLARE
    v_rules hg_rules;
BEGIN
    SELECT r.* INTO v_rules
    FROM hg_installation AS i
    INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
    WHERE r.module = p_module AND r.active;
    IF NOT found THEN
        PERFORM hg__raise_unknown_module(p_module);
    END IF;
    RETURN v_rules;
END
$hg__active_rules$;

REVOKE ALL ON FUNCTION hg__active_rules FROM public;
