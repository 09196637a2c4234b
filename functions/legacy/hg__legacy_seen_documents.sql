-- What the documents of learners must be, as verify reads it: of sources as hg__legacy_seen_live or
-- hg__legacy_seen_frozen gives them, all of one version of the rules, in their order.
-- Writes: nothing. Calls: hg__legacy_seen_histories, hg__legacy_seen_modules,
-- hg__legacy_seen_stats, hg__legacy_seen_analyses, hg__legacy_seen_crossings. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_documents(
    p_sources jsonb[], p_version integer
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_documents$
DECLARE
    v_at timestamptz := (SELECT r.started_at FROM hg_legacy_run AS r);
    v_histories jsonb[] := hg__legacy_seen_histories(p_sources, p_version);
    v_modules jsonb[] := hg__legacy_seen_modules(p_sources, v_histories, p_version, v_at);
    v_stats jsonb[] := hg__legacy_seen_stats(p_sources, v_histories, v_modules, p_version);
    v_analyses jsonb[] := hg__legacy_seen_analyses(p_sources);
    v_crossings jsonb[] := hg__legacy_seen_crossings(
        p_sources, v_histories, v_modules, p_version
    );
BEGIN
    RETURN ARRAY(
        SELECT
            CASE
                WHEN jsonb_typeof(p.source -> 'document') = 'object'
                    THEN (p.source -> 'document') - '{
                        concept_mastery,subject_mastery,user_progress
                    }'::text[]
                ELSE '{}'
            END || jsonb_build_object(
                'version', 1,
                'global_stats', p.stats,
                'modules', (p.modules -> 'unknown') || (p.modules -> 'blocks'),
                'ai_analytics', p.analysis,
                'cross_module_analytics', p.crossing
            )
        FROM unnest(p_sources, v_modules, v_stats, v_analyses, v_crossings) WITH ORDINALITY
            AS p (source, modules, stats, analysis, crossing, place)
        ORDER BY p.place
    );
END
$hg__legacy_seen_documents$;

REVOKE ALL ON FUNCTION hg__legacy_seen_documents FROM public;
