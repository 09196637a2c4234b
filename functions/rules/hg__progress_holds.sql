-- Whether one form of mastery holds on a module block whose grade and progress may have moved on
-- already: p_progress and p_grade are those that count.
-- Writes: nothing. Calls: itself, hg__current_step, hg__put_block. Raises: nothing (forms are
-- checked when written).
CREATE OR REPLACE FUNCTION hg__progress_holds(
    p_form jsonb, p_rules hg_rules, p_block jsonb, p_progress hg_progress, p_grade integer,
    p_user_grade smallint
) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__progress_holds$
DECLARE
    v_part jsonb;
BEGIN
    IF p_form ? 'accuracy' THEN
        v_part := p_form -> 'accuracy';
        RETURN p_progress.total_questions_answered >= (v_part ->> 'min_questions')::integer
            AND p_progress.correct_answers::bigint * 100
            >= (v_part ->> 'percent')::bigint * p_progress.total_questions_answered;
    ELSIF p_form ? 'top_level' THEN
        RETURN coalesce(
            p_grade = p_rules.grade_top AND p_progress.attempt_good >= p_rules.up_after, false
        );
    ELSIF p_form ? 'list_complete' THEN
        RETURN cardinality(p_rules.fact_types) > 0
            AND hg__current_step(p_rules, p_progress.types_complete, p_user_grade) IS NULL;
    ELSIF p_form ? 'in_a_row' THEN
        RETURN greatest(p_progress.streak_current, p_progress.streak_best)
            >= (p_form #>> '{in_a_row,n}')::integer;
    ELSIF p_form ? 'm_of_n' THEN
        RETURN length(replace(
            right(p_progress.recent_results, (p_form #>> '{m_of_n,n}')::integer), '0', ''
        )) >= (p_form #>> '{m_of_n,m}')::integer;
    ELSIF p_form ? 'score' THEN
        RETURN p_progress.best_score >= (p_form #>> '{score,percent}')::integer;
    ELSIF p_form ? 'jsonpath' THEN
        RETURN coalesce(jsonb_path_match(
            hg__put_block('{}', 'it', p_block, p_progress, p_grade) -> 'it',
            (p_form #>> '{jsonpath,expr}')::jsonpath,
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
        IF hg__progress_holds(
            v_part, p_rules, p_block, p_progress, p_grade, p_user_grade
        ) = (p_form ? 'any') THEN
            RETURN p_form ? 'any';
        END IF;
    END LOOP;
    RETURN p_form ? 'all';
END
$hg__progress_holds$;

REVOKE ALL ON FUNCTION hg__progress_holds FROM public;
