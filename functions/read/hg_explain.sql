-- Why a module counts as mastered or not, and what is missing.
-- Writes: nothing. Calls: hg__learner_module, hg__block_problem, hg__raise_malformed,
-- hg__mastery_level, hg__mastery_holds, hg__form_conditions, hg__missing, hg__last_moves.
-- Raises: 22023, 55000, LG404, LG405, LG422.
-- SECURITY DEFINER: readers get one learner's answer, not the ledger.
CREATE OR REPLACE FUNCTION hg_explain(p_user_id users.id%TYPE, p_module text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_explain$
DECLARE
    v_module record := hg__learner_module(p_user_id, p_module);
    v_block jsonb := v_module.o_block;
    v_grade smallint := v_module.o_user_grade;
    v_rules hg_rules := v_module.o_rules;
    v_mastered boolean;
BEGIN
    IF hg__block_problem('modules.' || p_module, v_block) IS NOT NULL THEN
        PERFORM hg__raise_malformed(v_module.o_document);
    END IF;
    v_mastered := hg__mastery_level(v_rules, v_block, v_grade);

    RETURN jsonb_build_object(
        'mastery_level', v_mastered,
        'because', CASE
            WHEN v_block #> '{progress,mastery_override}' <> 'null' THEN 'override'
            WHEN v_mastered AND NOT hg__mastery_holds(v_rules, v_block, v_grade) THEN 'latched'
            ELSE 'rule'
        END,
        'rule', v_rules.mastery_rule,
        'conditions', hg__form_conditions(v_rules.mastery_rule, v_rules, v_block, v_grade),
        'missing', CASE
            WHEN v_mastered THEN '[]' ELSE to_jsonb(hg__missing(v_rules, v_block, v_grade))
        END,
        'last_moves', hg__last_moves(p_user_id, p_module)
    );
END
$hg_explain$;

REVOKE ALL ON FUNCTION hg_explain FROM public;
GRANT EXECUTE ON FUNCTION hg_explain TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_explain IS
$$Why a module counts as mastered or not, by the rules in force now: {mastery_level, because, rule,
conditions, missing, last_moves}.

because is override (a person said so), latched (it was reached before, the rule no longer holds) or
rule. conditions are the parts of the rule, {name, value, needed, holds}; value is null where there
is no figure. missing says in words the least that would do ("4 more correct answers"); ways of
which one is enough stand in one text, the nearest only, joined with "or"; empty when mastered.
last_moves are the newest five activities, {activity_id, occurred_at, level_change, grade_level},
that moved the module's grade or, a test, set it, newest first, as their receipts said.

Arguments: p_module the module's exact name.
Errors: 22023 an argument is NULL, 55000 a legacy import is pending, LG404 unknown learner, LG405
unknown module or an inactive one without a block, LG422 the stored document is malformed.

Example: SELECT hg_explain(1, 'decimal_defender') -> 'missing';

Rules: docs/rules.md$$;
