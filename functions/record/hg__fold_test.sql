-- What a test sets in a module whose tests set something: its grade (NULL: it stays), or its
-- complete types.
-- Writes: nothing. Calls: hg__in_list_order. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_test(
    p_types_complete text[], p_entry hg_ledger, p_rules hg_rules,
    OUT o_grade integer, OUT o_types_complete text[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_test$
BEGIN
    o_types_complete := p_types_complete;
    IF p_rules.test_kind = 'grade' THEN
        o_grade := (p_entry.details ->> 'grade_level')::numeric::integer;
    ELSE
        o_types_complete := hg__in_list_order(p_rules, ARRAY(
            SELECT t.fact_type
            FROM jsonb_array_elements_text(
                coalesce(p_entry.details -> 'types_correct', '[]')
            ) AS t (fact_type)
            WHERE NOT coalesce(p_entry.details -> 'types_wrong', '[]') ? t.fact_type
        ) || CASE
            WHEN p_entry.user_grade > p_rules.auto_skip_above_grade THEN p_rules.auto_skip_types
            ELSE '{}'
        END);
    END IF;
END
$hg__fold_test$;

REVOKE ALL ON FUNCTION hg__fold_test FROM public;
