-- The conditions a form of mastery is made of, with the learner's figures: an array of {name,
-- value, needed, holds}, in the order of the rule. Whether one holds is hg__form_holds' to say: of
-- a form with two conditions it is asked with the other one met.
-- Writes: nothing. Calls: itself, hg__form_holds, hg__ratio, hg__types_done. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__form_conditions(
    p_form jsonb, p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__form_conditions$
DECLARE
    v_name text := (SELECT k.name FROM jsonb_object_keys(p_form) AS k (name));
    v_needs jsonb := p_form -> v_name;
    v_has jsonb := p_block -> 'progress';
BEGIN
    IF v_name IN ('all', 'any') THEN
        RETURN (
            SELECT jsonb_agg(c.condition ORDER BY f.place, c.place)
            FROM jsonb_array_elements(v_needs) WITH ORDINALITY AS f (form, place)
            CROSS JOIN LATERAL jsonb_array_elements(
                hg__form_conditions(f.form, p_rules, p_block, p_user_grade)
            ) WITH ORDINALITY AS c (condition, place)
        );
    END IF;

    RETURN (
        SELECT jsonb_agg(jsonb_build_object(
            'name', concat_ws('.', v_name, c.part),
            'value', c.has,
            'needed', c.needs,
            'holds', hg__form_holds(c.form, p_rules, c.block, p_user_grade)
        ) ORDER BY c.place)
        FROM (
            VALUES
            (
                1, 'accuracy', 'questions',
                v_has -> 'total_questions_answered', v_needs -> 'min_questions',
                jsonb_set(p_form, '{accuracy,percent}', '0'), p_block
            ),
            (
                2, 'accuracy', 'percent',
                to_jsonb(hg__ratio(
                    (v_has ->> 'correct_answers')::numeric * 100,
                    (v_has ->> 'total_questions_answered')::numeric
                )),
                v_needs -> 'percent',
                jsonb_set(p_form, '{accuracy,min_questions}', '1'), p_block
            ),
            (
                3, 'top_level', 'grade_level',
                p_block -> 'grade_level', to_jsonb(p_rules.grade_top), p_form,
                jsonb_set(p_block, '{progress,attempt_good}', to_jsonb(p_rules.up_after))
            ),
            (
                4, 'top_level', 'attempt_good',
                v_has -> 'attempt_good', to_jsonb(p_rules.up_after), p_form,
                jsonb_set(p_block, '{grade_level}', to_jsonb(p_rules.grade_top))
            ),
            (
                5, 'list_complete', NULL,
                to_jsonb(cardinality(hg__types_done(
                    p_rules,
                    ARRAY(SELECT jsonb_array_elements_text(v_has -> 'types_complete')),
                    p_user_grade
                ))),
                to_jsonb(cardinality(p_rules.fact_types)), p_form, p_block
            ),
            (
                6, 'in_a_row', NULL,
                greatest(v_has -> 'streak_current', v_has -> 'streak_best'),
                v_needs -> 'n', p_form, p_block
            ),
            (
                7, 'm_of_n', NULL,
                to_jsonb(length(replace(
                    right(v_has ->> 'recent_results', (v_needs ->> 'n')::integer), '0', ''
                ))),
                v_needs -> 'm', p_form, p_block
            ),
            (8, 'score', NULL, v_has -> 'best_score', v_needs -> 'percent', p_form, p_block),
            (9, 'jsonpath', NULL, NULL, v_needs -> 'expr', p_form, p_block)
        ) AS c (place, name, part, has, needs, form, block)
        WHERE c.name = v_name
    );
END
$hg__form_conditions$;

REVOKE ALL ON FUNCTION hg__form_conditions FROM public;
