-- Whether one form of mastery holds on a module block {grade_level, progress, ...}.
-- Writes: nothing. Calls: itself, hg__types_done. Raises: nothing (forms are checked when written).
CREATE OR REPLACE FUNCTION hg__form_holds(
    p_form jsonb, p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__form_holds$
DECLARE
    v_progress jsonb := p_block -> 'progress';
    v_part jsonb;
BEGIN
    IF p_form ? 'accuracy' THEN
        v_part := p_form -> 'accuracy';
        RETURN (v_progress ->> 'total_questions_answered')::bigint
            >= (v_part ->> 'min_questions')::integer
            AND (v_progress ->> 'correct_answers')::bigint * 100
            >= (v_part ->> 'percent')::integer
            * (v_progress ->> 'total_questions_answered')::bigint;
    ELSIF p_form ? 'top_level' THEN
        RETURN coalesce(
            (p_block ->> 'grade_level')::integer = p_rules.grade_top
            AND (v_progress ->> 'attempt_good')::integer >= p_rules.up_after,
            false
        );
    ELSIF p_form ? 'list_complete' THEN
        RETURN cardinality(p_rules.fact_types) > 0
            AND hg__types_done(
                p_rules,
                ARRAY(SELECT jsonb_array_elements_text(v_progress -> 'types_complete')),
                p_user_grade
            ) = p_rules.fact_types;
    ELSIF p_form ? 'in_a_row' THEN
        RETURN greatest(
            (v_progress ->> 'streak_current')::integer, (v_progress ->> 'streak_best')::integer
        ) >= (p_form #>> '{in_a_row,n}')::integer;
    ELSIF p_form ? 'm_of_n' THEN
        RETURN length(replace(
            right(v_progress ->> 'recent_results', (p_form #>> '{m_of_n,n}')::integer), '0', ''
        )) >= (p_form #>> '{m_of_n,m}')::integer;
    ELSIF p_form ? 'score' THEN
        RETURN (v_progress ->> 'best_score')::integer >= (p_form #>> '{score,percent}')::integer;
    ELSIF p_form ? 'jsonpath' THEN
        RETURN coalesce(jsonb_path_match(
            p_block, (p_form #>> '{jsonpath,expr}')::jsonpath,
            jsonb_build_object(
                'top', p_rules.grade_top, 'up', p_rules.up_after, 'size', p_rules.full_questions
            ),
            true
        ), false);
    END IF;

    FOR v_part IN
        SELECT f.form
        FROM jsonb_array_elements(coalesce(p_form -> 'all', p_form -> 'any')) AS f (form)
    LOOP
        -- The first part that decides ends it: false for all, true for any.
        IF hg__form_holds(v_part, p_rules, p_block, p_user_grade) = (p_form ? 'any') THEN
            RETURN p_form ? 'any';
        END IF;
    END LOOP;
    RETURN p_form ? 'all';
END
$hg__form_holds$;

REVOKE ALL ON FUNCTION hg__form_holds FROM public;
