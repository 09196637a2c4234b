-- The analysis of an input by arithmetic alone: the six keys an answer of OpenAI's has, in words
-- that every teacher reads, each number of them one of the input. Of one input there is one
-- analysis. NULL where there is no input.
-- Writes: nothing. Calls: hg__ai_check_bounds, hg__ai_rules_cross, hg__ai_rules_patterns,
-- hg__ai_rules_engagement, hg__ai_rules_concepts, hg__ai_rules_areas, hg__ai_rules_activities,
-- hg__ai_rules_module_activities. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_by_rules(p_scope text, p_input jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_by_rules$
DECLARE
    v_most integer := (hg__ai_check_bounds(p_scope)).o_entries;
    v_concepts jsonb := p_input -> 'concepts';
BEGIN
    IF jsonb_typeof(p_input) IS DISTINCT FROM 'object' THEN
        RETURN NULL;
    ELSIF p_scope = 'cross_module' THEN
        RETURN hg__ai_rules_cross(p_input, v_most);
    END IF;
    RETURN jsonb_build_object(
        'learning_patterns', hg__ai_rules_patterns(p_input),
        'engagement_analysis', hg__ai_rules_engagement(p_input),
        'strengths', hg__ai_rules_concepts(v_concepts, 'strong', v_most),
        'weaknesses', hg__ai_rules_concepts(v_concepts, 'weak', v_most),
        'areas_for_improvement', hg__ai_rules_areas(p_input, v_most),
        'suggested_activities', CASE p_scope
            WHEN 'global' THEN hg__ai_rules_activities(p_input)
            ELSE hg__ai_rules_module_activities(p_scope, p_input -> 'module')
        END
    );
END
$hg__ai_by_rules$;

REVOKE ALL ON FUNCTION hg__ai_by_rules FROM public;
