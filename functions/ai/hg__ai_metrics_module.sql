-- What an analysis of one module is told of it beside its figures: how far it is from mastery, by
-- the rules in force, in figures only. Of the conditions the first twelve; what one needs is null
-- where that is no number. correct_missing and good_sessions_missing are the least that would do,
-- null where the rule does not count so, where nothing would do, and where the rule holds.
-- Writes: nothing. Calls: hg__form_holds, hg__form_conditions, hg__correct_missing,
-- hg__good_sessions_missing. Raises: nothing for a well-formed block.
CREATE OR REPLACE FUNCTION hg__ai_metrics_module(
    p_module text, p_block jsonb, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_module$
DECLARE
    c_conditions CONSTANT integer := 12;
    v_rules hg_rules;
    v_rule jsonb;
    v_open boolean;
BEGIN
    SELECT r.* INTO v_rules
    FROM hg_rules AS r
    WHERE r.rules_version = (SELECT i.rules_version FROM hg_installation AS i)
    AND r.module = p_module;
    v_rule := v_rules.mastery_rule;
    v_open := NOT (p_block #>> '{progress,mastery_level}')::boolean
        AND NOT hg__form_holds(v_rule, v_rules, p_block, p_user_grade);

    RETURN jsonb_build_object(
        'correct_missing', CASE
            WHEN v_open AND v_rule ? 'accuracy' THEN hg__correct_missing(
                (p_block #>> '{progress,correct_answers}')::numeric,
                (p_block #>> '{progress,total_questions_answered}')::numeric,
                (v_rule #>> '{accuracy,min_questions}')::integer,
                (v_rule #>> '{accuracy,percent}')::integer
            )
        END,
        'good_sessions_missing', CASE
            WHEN v_open THEN hg__good_sessions_missing(v_rule, v_rules, p_block, p_user_grade)
        END,
        'conditions', (
            SELECT jsonb_agg(c.condition || CASE
                WHEN jsonb_typeof(c.condition -> 'needed') = 'number' THEN '{}'
                ELSE '{"needed": null}'
            END::jsonb ORDER BY c.place)
            FROM jsonb_array_elements(
                hg__form_conditions(v_rule, v_rules, p_block, p_user_grade)
            ) WITH ORDINALITY AS c (condition, place)
            WHERE c.place <= c_conditions
        )
    );
END
$hg__ai_metrics_module$;

REVOKE ALL ON FUNCTION hg__ai_metrics_module FROM public;
