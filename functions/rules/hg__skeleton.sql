-- The document of a new learner under a version of the rules; above the grades that the catalog
-- names, some modules begin at a later fact type.
-- Writes: nothing. Calls: hg__start_block. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__skeleton(
    p_rules_version integer, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__skeleton$
DECLARE
    v_skeleton jsonb;
    v_skipping jsonb := '{}';
    v_rules hg_rules;
BEGIN
    SELECT v.skeleton INTO v_skeleton
    FROM hg_rule_versions AS v
    WHERE v.version = p_rules_version;
    IF p_user_grade IS NULL THEN
        RETURN v_skeleton;
    END IF;

    -- A variable has the type that the function wants; a row of a distributed table may not.
    FOR v_rules IN
        SELECT r.*
        FROM hg_rules AS r
        WHERE r.rules_version = p_rules_version AND r.active
        AND r.auto_skip_above_grade < p_user_grade
    LOOP
        v_skipping := v_skipping
            || jsonb_build_object(v_rules.module, hg__start_block(v_rules, p_user_grade));
    END LOOP;
    IF v_skipping = '{}' THEN
        RETURN v_skeleton;
    END IF;
    RETURN v_skeleton || jsonb_build_object(
        'modules', (v_skeleton -> 'modules') || v_skipping
    );
END
$hg__skeleton$;

REVOKE ALL ON FUNCTION hg__skeleton FROM public;
