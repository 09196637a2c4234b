-- A section of AI texts out of an old document, with its eleven keys and those that are not ours,
-- and the archive rows of what was mended. What a rollback left of source, model and stale stays.
-- Writes: nothing. Calls: hg__legacy_mended, hg__legacy_snake_keys, hg__legacy_at,
-- hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_section(
    p_section jsonb, p_user_id text, p_path text, OUT o_section jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_section$
DECLARE
    v_section jsonb;
BEGIN
    SELECT m.o_object, m.o_repairs INTO v_section, o_repairs
    FROM hg__legacy_mended(p_section, '{ai_analytics}', p_user_id, p_path, NULL) AS m;

    o_section := v_section || hg__legacy_snake_keys(jsonb_build_object(
        'learning_patterns', hg__object(v_section -> 'learning_patterns'),
        'engagement_analysis', hg__object(v_section -> 'engagement_analysis')
    )) || jsonb_build_object(
        'analysis_date', hg__instant_text(hg__legacy_at(v_section ->> 'analysis_date')),
        'strengths', coalesce(nullif(v_section -> 'strengths', 'null'), '[]'),
        'areas_for_improvement',
        coalesce(nullif(v_section -> 'areas_for_improvement', 'null'), '[]'),
        'suggested_activities', coalesce(nullif(v_section -> 'suggested_activities', 'null'), '[]'),
        'weaknesses', coalesce(nullif(v_section -> 'weaknesses', 'null'), '[]'),
        'datetime_generated', hg__instant_text(hg__legacy_at(v_section ->> 'datetime_generated')),
        'source', coalesce(nullif(v_section ->> 'source', ''), 'legacy'),
        'model', v_section -> 'model',
        'stale', coalesce((v_section ->> 'stale')::boolean, true)
    );
END
$hg__legacy_section$;

REVOKE ALL ON FUNCTION hg__legacy_section FROM public;
