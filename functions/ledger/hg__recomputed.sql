-- A well-formed document with what is computed of its counters as the rules in force say: a block for
-- every active module, every mastery_level, the best categories. All else stays.
-- Writes: nothing. Calls: hg__join_modules, hg__mastery_level, hg__best_categories. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__recomputed(
    p_document jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__recomputed$
DECLARE
    v_document jsonb := hg__join_modules(p_document, p_rules_version, p_user_grade);
    v_modules jsonb := v_document -> 'modules';
    v_best record := hg__best_categories(v_modules);
BEGIN
    RETURN v_document || jsonb_build_object(
        'modules', v_modules || (
            SELECT jsonb_object_agg(r.module, jsonb_set(
                v_modules -> r.module, '{progress,mastery_level}',
                to_jsonb(hg__mastery_level(r, v_modules -> r.module, p_user_grade))
            ))
            FROM hg_rules AS r
            WHERE r.rules_version = p_rules_version AND v_modules ? r.module
        ),
        'global_stats', (v_document -> 'global_stats') || jsonb_build_object(
            'fastest_category', v_best.o_fastest, 'highest_score_category', v_best.o_highest
        )
    );
END
$hg__recomputed$;

REVOKE ALL ON FUNCTION hg__recomputed FROM public;
