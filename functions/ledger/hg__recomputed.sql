-- A well-formed document as the rules in force complete it: a block for every active module, and
-- every mastery_level computed. All else stays as it is written.
-- Writes: nothing. Calls: hg__join_modules, hg__mastery_level. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__recomputed(
    p_document jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__recomputed$
DECLARE
    v_document jsonb := hg__join_modules(p_document, p_rules_version, p_user_grade);
    v_modules jsonb := v_document -> 'modules';
BEGIN
    RETURN v_document || jsonb_build_object(
        'modules', v_modules || (
            SELECT jsonb_object_agg(r.module, jsonb_set(
                v_modules -> r.module, '{progress,mastery_level}',
                to_jsonb(hg__mastery_level(r, v_modules -> r.module, p_user_grade))
            ))
            FROM hg_rules AS r
            WHERE r.rules_version = p_rules_version AND v_modules ? r.module
        )
    );
END
$hg__recomputed$;

REVOKE ALL ON FUNCTION hg__recomputed FROM public;
