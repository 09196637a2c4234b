-- A folded document with what stands beside the fold: the AI texts, and every key this code does
-- not know, as the stored document has them.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__carry_over(p_folded jsonb, p_stored jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__carry_over$
DECLARE
    v_modules jsonb;
BEGIN
    SELECT jsonb_object_agg(
        m.module,
        (s.block || m.block) || jsonb_build_object(
            'progress', (s.block -> 'progress') || (m.block -> 'progress'),
            'ai_analytics', s.block -> 'ai_analytics'
        )
    )
    INTO v_modules
    FROM jsonb_each(p_folded -> 'modules') AS m (module, block)
    CROSS JOIN LATERAL (
        SELECT coalesce(p_stored -> 'modules' -> m.module, m.block) AS block
    ) AS s
    -- A block of another shape is a key this code does not know.
    WHERE jsonb_typeof(m.block -> 'progress') = 'object'
    AND jsonb_typeof(s.block -> 'progress') = 'object';

    RETURN (p_stored || p_folded) || jsonb_build_object(
        'global_stats', (p_stored -> 'global_stats') || (p_folded -> 'global_stats'),
        'modules', (p_stored -> 'modules') || coalesce(v_modules, '{}'),
        'ai_analytics', p_stored -> 'ai_analytics',
        'cross_module_analytics',
        (p_stored -> 'cross_module_analytics') || (p_folded -> 'cross_module_analytics')
        || jsonb_build_object(
            'ai_analytics', p_stored -> 'cross_module_analytics' -> 'ai_analytics'
        )
    );
END
$hg__carry_over$;

REVOKE ALL ON FUNCTION hg__carry_over FROM public;
