-- A well-formed document as true at p_at, assembled once: of its five keys, to go through it a
-- single time, or around those that nobody here knows.
-- Writes: nothing. Calls: hg__stats_at, hg__cross_text. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__document_at(
    p_user_id users.id%TYPE, p_document jsonb, p_at timestamptz, p_settings hg_rules
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__document_at$
DECLARE
    c_keys CONSTANT text[] :=
    '{version,global_stats,modules,ai_analytics,cross_module_analytics}';
    v_modules jsonb := p_document -> 'modules';
    v_cross jsonb := p_document -> 'cross_module_analytics';
    v_stats jsonb := hg__stats_at(p_user_id, p_document -> 'global_stats', p_at, p_settings);
BEGIN
    v_cross := v_cross || hg__cross_text(
        v_modules, v_cross -> 'learning_patterns_between_modules', true
    )::jsonb;
    IF p_document ?& c_keys AND p_document - c_keys = '{}' THEN
        RETURN jsonb_build_object(
            'version', p_document -> 'version', 'global_stats', v_stats, 'modules', v_modules,
            'ai_analytics', p_document -> 'ai_analytics', 'cross_module_analytics', v_cross
        );
    END IF;
    RETURN p_document || jsonb_build_object(
        'global_stats', v_stats, 'cross_module_analytics', v_cross
    );
END
$hg__document_at$;

REVOKE ALL ON FUNCTION hg__document_at FROM public;
