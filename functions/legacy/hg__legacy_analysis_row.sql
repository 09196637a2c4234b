-- A row of ai_analytics as a section of AI texts, the eleven keys.
-- Writes: nothing. Calls: hg__legacy_instant, hg__instant_text, hg__legacy_snake_keys,
-- hg__legacy_texts, hg__object. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_analysis_row(p_row jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_analysis_row$
BEGIN
    RETURN hg__legacy_snake_keys(jsonb_build_object(
        'learning_patterns', hg__object(p_row -> 'learning_patterns'),
        'engagement_analysis', hg__object(p_row -> 'engagement_analysis')
    )) || jsonb_build_object(
        'analysis_date', hg__instant_text(hg__legacy_instant(p_row -> 'analysis_date')),
        'strengths', hg__legacy_texts(p_row -> 'strengths', p_row -> 'strength_concepts'),
        'areas_for_improvement', hg__legacy_texts(p_row -> 'areas_for_improvement', NULL),
        'suggested_activities',
        hg__legacy_texts(p_row -> 'suggested_activities', p_row -> 'recommended_activities'),
        'weaknesses', hg__legacy_texts(p_row -> 'weakness_concepts', NULL),
        'datetime_generated', hg__instant_text(hg__legacy_instant(p_row -> 'generated_at')),
        'source', 'legacy',
        'model', NULL,
        'stale', true
    );
END
$hg__legacy_analysis_row$;

REVOKE ALL ON FUNCTION hg__legacy_analysis_row FROM public;
