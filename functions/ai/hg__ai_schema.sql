-- The schema an answer about an input has to keep, in what OpenAI's strict mode understands: every
-- key required, no other allowed. What that mode has no word for stands in the descriptions.
-- Writes: nothing. Calls: hg__ai_schema_names, hg__ai_schema_figures, hg__ai_check_bounds,
-- hg__ai_schema_object, hg__ai_schema_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_schema(p_scope text, p_input jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_schema$
DECLARE
    v_names record := hg__ai_schema_names(p_scope, p_input);
    v_most record := hg__ai_check_bounds(p_scope);
    v_figures jsonb := (
        SELECT jsonb_agg(f.name ORDER BY f.place)
        FROM hg__ai_schema_figures(p_input) WITH ORDINALITY AS f (name, path, figure, place)
    );
    v_text jsonb := hg__ai_schema_text(v_most.o_text, '');
    v_finding jsonb := jsonb_build_object('figures', jsonb_build_object(
        'type', 'array', 'items', '{"$ref": "#/$defs/figure"}'::jsonb,
        'description', format('What the summary rests on, at most %s.', v_most.o_figures)
    ));
    v_list jsonb := jsonb_build_object(
        'type', 'array', 'description', format('At most %s.', v_most.o_entries)
    );
    v_strengths jsonb := jsonb_build_object(
        'type', 'array', 'items', '{"$ref": "#/$defs/name"}'::jsonb,
        'description', format(
            'At most %s, none of them twice and none in both lists.', v_most.o_entries
        )
    );
BEGIN
    RETURN hg__ai_schema_object(jsonb_build_object(
        'learning_patterns', hg__ai_schema_object(v_finding || jsonb_build_object(
            'summary', hg__ai_schema_text(v_most.o_summary, 'What goes well and what does not. ')
        )),
        'engagement_analysis', hg__ai_schema_object(v_finding || jsonb_build_object(
            'summary', hg__ai_schema_text(v_most.o_summary, 'How often, how long and when. ')
        )),
        'strengths', v_strengths,
        'weaknesses', v_strengths,
        'areas_for_improvement', v_list || jsonb_build_object(
            'items', hg__ai_schema_object(jsonb_build_object(
                'module', '{"$ref": "#/$defs/module"}'::jsonb, 'text', v_text
            ))
        ),
        'suggested_activities', v_list || jsonb_build_object(
            'items', hg__ai_schema_object(jsonb_build_object(
                'module', '{"$ref": "#/$defs/module"}'::jsonb,
                'activity', v_text, 'reason', v_text
            ))
        )
    )) || jsonb_build_object('$defs', jsonb_build_object(
        'figure', hg__ai_schema_object(jsonb_build_object(
            'name', jsonb_build_object('type', 'string', 'enum', coalesce(v_figures, '[]')),
            'value', '{"type": "number"}'::jsonb
        )),
        'name', jsonb_build_object(
            'type', 'string', 'enum', coalesce(to_jsonb(v_names.o_names), '[]')
        ),
        'module', jsonb_build_object(
            'type', 'string', 'enum', coalesce(to_jsonb(v_names.o_modules), '[]')
        )
    ));
END
$hg__ai_schema$;

REVOKE ALL ON FUNCTION hg__ai_schema FROM public;
