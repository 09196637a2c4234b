-- A folded document with what stands beside the fold: the AI texts, and every key and module this
-- code does not know, as the stored document has them. A block of a module we know, but which the
-- fold has not come by, is nobody's. Whatever the stored document is, the result is whole.
-- Writes: nothing. Calls: hg__known_keys, hg__object, hg__module_names, hg__ai_section.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__carry_over(p_folded jsonb, p_stored jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__carry_over$
DECLARE
    c_of_block CONSTANT text[] := hg__known_keys('block');
    c_of_progress CONSTANT text[] := hg__known_keys('progress');
    v_stored jsonb := hg__object(p_stored);
    v_stats jsonb := hg__object(v_stored -> 'global_stats');
    v_blocks jsonb := hg__object(v_stored -> 'modules');
    v_cross jsonb := hg__object(v_stored -> 'cross_module_analytics');
    v_names text[] := hg__module_names();
    v_known jsonb;
BEGIN
    SELECT jsonb_object_agg(
        f.module,
        f.block || (s.block - c_of_block) || jsonb_build_object(
            'progress',
            (f.block -> 'progress') || (hg__object(s.block -> 'progress') - c_of_progress),
            'ai_analytics',
            hg__ai_section(s.block -> 'ai_analytics', f.block -> 'ai_analytics')
        )
    )
    INTO v_known
    FROM jsonb_each(p_folded -> 'modules') AS f (module, block)
    CROSS JOIN LATERAL (SELECT hg__object(v_blocks -> f.module) AS block) AS s
    WHERE f.module = ANY (v_names) AND jsonb_typeof(f.block -> 'progress') = 'object';

    RETURN p_folded || (v_stored - hg__known_keys('document')) || jsonb_build_object(
        'global_stats', (p_folded -> 'global_stats') || (v_stats - hg__known_keys('global_stats')),
        'modules',
        (p_folded -> 'modules') || (v_blocks - v_names) || coalesce(v_known, '{}'),
        'ai_analytics',
        (p_folded -> 'ai_analytics') || hg__object(v_stored -> 'ai_analytics'),
        'cross_module_analytics',
        (p_folded -> 'cross_module_analytics')
        || (v_cross - hg__known_keys('cross_module_analytics'))
        || jsonb_build_object('ai_analytics', hg__ai_section(
            v_cross -> 'ai_analytics', p_folded -> 'cross_module_analytics' -> 'ai_analytics'
        ))
    );
END
$hg__carry_over$;

REVOKE ALL ON FUNCTION hg__carry_over FROM public;
