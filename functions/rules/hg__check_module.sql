-- Whether a row of the catalog can be a rule: every column in its domain, and all of them together
-- make sense. What is NULL and must not be is left to the table.
-- Writes: nothing. Calls: hg__check_module_ranges, hg__check_module_lists,
-- hg__check_module_sense, hg__check_mastery_rule, hg__check_failed. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_module(p_module hg_modules) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_module$
BEGIN
    IF p_module.module !~ '^[a-z][a-z0-9_]{0,62}$'
        OR p_module.module IN ('global', 'cross_module')
    THEN
        PERFORM hg__check_failed(
            'hg_modules.module', 'module', to_json(p_module.module)::text,
            'snake_case: a lower case letter, then at most 62 letters, digits and underscores; '
            'global and cross_module are scopes of analyses'
        );
    END IF;
    PERFORM hg__check_module_ranges(p_module);
    PERFORM hg__check_module_lists(p_module);
    PERFORM hg__check_module_sense(p_module);
    PERFORM hg__check_mastery_rule(p_module.mastery_rule, p_module, 'mastery_rule', 1);
END
$hg__check_module$;

REVOKE ALL ON FUNCTION hg__check_module FROM public;
