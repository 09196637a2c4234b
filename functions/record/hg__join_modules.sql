-- The document with a block at its start for every active module that it lacks.
-- Writes: nothing. Calls: hg__skeleton. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__join_modules(
    p_document jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__join_modules$
BEGIN
    IF (p_document -> 'modules') ?& (
        SELECT v.modules FROM hg_rule_versions AS v WHERE v.version = p_rules_version
    ) THEN
        RETURN p_document;
    END IF;
    RETURN p_document || jsonb_build_object(
        'modules',
        (hg__skeleton(p_rules_version, p_user_grade) -> 'modules') || (p_document -> 'modules')
    );
END
$hg__join_modules$;

REVOKE ALL ON FUNCTION hg__join_modules FROM public;
