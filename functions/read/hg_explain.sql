-- Why a module counts as mastered or not, and what is missing; of any other place of the document,
-- which ledger rows made it what it is.
-- Writes: nothing. Calls: hg__module_names, hg__explain_path, hg__learner_module,
-- hg__log_access, hg__block_problem, hg__raise_malformed, hg__mastery_level, hg__mastery_holds,
-- hg__form_conditions, hg__missing, hg__last_moves. Raises: 22023, 55000, LG404, LG405, LG422.
-- SECURITY DEFINER: readers get one learner's answer, not the ledger.
CREATE OR REPLACE FUNCTION hg_explain(p_user_id users.id%TYPE, p_module text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_explain$
DECLARE
    v_module record;
    v_block jsonb;
    v_grade smallint;
    v_rules hg_rules;
    v_mastered boolean;
BEGIN
    IF p_user_id IS NOT NULL AND split_part(p_module, '.', 1) IN (
        'version', 'global_stats', 'modules', 'ai_analytics', 'cross_module_analytics'
    ) AND p_module <> ALL (hg__module_names()) THEN
        RETURN hg__explain_path(p_user_id, p_module);
    END IF;
    v_module := hg__learner_module(p_user_id, p_module);
    v_block := v_module.o_block;
    v_grade := v_module.o_user_grade;
    v_rules := v_module.o_rules;
    IF v_rules.access_log THEN
        PERFORM hg__log_access(p_user_id, 'hg_explain');
    END IF;
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
conditions, missing, last_moves}; or, given the path of a key instead of a module, which ledger rows
made it what it is: {path, value, proven, since, changes, rows}.

because is override (a person said so), latched (it was reached before, the rule no longer holds) or
rule. conditions are the parts of the rule, {name, value, needed, holds}; value is null where there
is no figure. missing says in words the least that would do ("4 more correct answers"); ways of
which one is enough stand in one text, the nearest only, joined with "or"; empty when mastered.
last_moves are the newest five activities, {activity_id, occurred_at, level_change, grade_level},
that moved the module's grade or, a test, set it, newest first, as their receipts said.

Of a path, global_stats.tokens or modules.algebra.progress.attempt_good: value is the stored one;
proven says whether the ledger gives it (AI texts are not in the ledger); since is the checkpoint
that folding begins with, {kind, recorded_at, value}; changes counts the rows that changed the value
since, and rows are the newest 100 of them in the order of occurrence, newest first: {ledger_id,
kind, id, module, occurred_at, recorded_at, recorded_by, reason, before, after}. Reversed activities
made nothing.

Arguments: p_module the module's exact name, or a path whose parts are joined by dots.
Errors: 22023 an argument is NULL, or the document has no such path, 55000 a legacy import is
pending, LG404 unknown learner, LG405 unknown module or an inactive one without a block, LG422 the
stored document is malformed.

Examples: SELECT hg_explain(1, 'decimal_defender') -> 'missing';
SELECT hg_explain(1, 'global_stats.tokens') -> 'rows' -> 0;

Rules: docs/rules.md$$;
