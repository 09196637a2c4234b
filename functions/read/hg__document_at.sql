-- A well-formed document as true at p_at, assembled once.
-- Writes: nothing. Calls: hg__stats_at, hg__cross_derived, hg__pairs_with_lift. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__document_at(
    p_user_id users.id%TYPE, p_document jsonb, p_at timestamptz, p_settings hg_rules
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__document_at$
DECLARE
    v_modules jsonb := p_document -> 'modules';
    v_cross jsonb := p_document -> 'cross_module_analytics';
    v_pairs jsonb := v_cross -> 'learning_patterns_between_modules';
BEGIN
    RETURN p_document || jsonb_build_object(
        'global_stats',
        hg__stats_at(p_user_id, p_document -> 'global_stats', p_at, p_settings),
        'cross_module_analytics',
        v_cross || hg__cross_derived(v_modules, v_pairs) || jsonb_build_object(
            'learning_patterns_between_modules', hg__pairs_with_lift(v_pairs, v_modules)
        )
    );
END
$hg__document_at$;

REVOKE ALL ON FUNCTION hg__document_at FROM public;
