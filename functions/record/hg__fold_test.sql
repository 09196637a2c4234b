-- What a test sets in its module: the grade or the complete types, by the module's kind of test.
-- Writes: nothing. Calls: hg__in_list_order. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_test(
    p_progress hg_progress, p_grade integer, p_entry hg_ledger, p_rules hg_rules,
    OUT o_progress hg_progress, OUT o_grade integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_test$
BEGIN
    o_progress := p_progress;
    o_grade := p_grade;
    IF p_rules.test_kind = 'grade' THEN
        o_grade := (p_entry.details ->> 'grade_level')::numeric::integer;
    ELSIF p_rules.test_kind = 'types' THEN
        o_progress.types_complete := hg__in_list_order(p_rules, ARRAY(
            SELECT t.fact_type
            FROM jsonb_array_elements_text(
                coalesce(p_entry.details -> 'types_correct', '[]')
            ) AS t (fact_type)
            WHERE NOT coalesce(p_entry.details -> 'types_wrong', '[]') ? t.fact_type
        ) || CASE
            WHEN p_entry.user_grade > p_rules.auto_skip_above_grade THEN p_rules.auto_skip_types
            ELSE '{}'
        END);
    ELSE
        RETURN;
    END IF;
    o_progress.attempt_good := 0;
    o_progress.attempt_bad := 0;
END
$hg__fold_test$;

REVOKE ALL ON FUNCTION hg__fold_test FROM public;
