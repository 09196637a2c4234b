-- An answer that has been found good as a document stores it: the six keys, each figure as the
-- input has it (0.85 where the answer says 85), lists of plain strings.
-- Writes: nothing. Calls: hg__ai_schema_figures. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_verdict_answer(p_input jsonb, p_answer jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_verdict_answer$
BEGIN
    RETURN (
        SELECT jsonb_object_agg(s.section, jsonb_build_object(
            'summary', btrim(p_answer #>> ARRAY[s.section, 'summary']),
            'figures', (
                SELECT coalesce(jsonb_object_agg(f.name, f.figure), '{}')
                FROM hg__ai_schema_figures(p_input) AS f
                WHERE p_answer #> ARRAY[s.section, 'figures']
                    @> jsonb_build_array(jsonb_build_object('name', f.name))
            )
        ))
        FROM (VALUES ('learning_patterns'), ('engagement_analysis')) AS s (section)
    ) || jsonb_build_object(
        'strengths', p_answer -> 'strengths',
        'weaknesses', p_answer -> 'weaknesses',
        'areas_for_improvement', (
            SELECT coalesce(jsonb_agg(
                format('%s: %s', e.area ->> 'module', btrim(e.area ->> 'text')) ORDER BY e.place
            ), '[]')
            FROM jsonb_array_elements(p_answer -> 'areas_for_improvement')
                WITH ORDINALITY AS e (area, place)
        ),
        'suggested_activities', (
            SELECT coalesce(jsonb_agg(format(
                '%s: %s. Reason: %s', e.step ->> 'module',
                rtrim(btrim(e.step ->> 'activity'), '.'), btrim(e.step ->> 'reason')
            ) ORDER BY e.place), '[]')
            FROM jsonb_array_elements(p_answer -> 'suggested_activities')
                WITH ORDINALITY AS e (step, place)
        )
    );
END
$hg__ai_verdict_answer$;

REVOKE ALL ON FUNCTION hg__ai_verdict_answer FROM public;
