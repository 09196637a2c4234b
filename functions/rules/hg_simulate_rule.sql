-- Whom a mastery rule would make master, and who would be one no longer, before it is activated.
-- Writes: nothing. Calls: hg__check_present, hg__require_live, hg__check_mastery_rule,
-- hg__active_rules, hg__mastery_flip, hg__grade_number. Raises: 22023, 55000, LG405, LG422.
-- PARALLEL UNSAFE: a malformed document is met in a subtransaction.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_simulate_rule(p_module text, p_rule jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_simulate_rule$
DECLARE
    c_shown CONSTANT integer := 1000;
    v_rules hg_rules;
    v_module hg_modules;
    v_learner record;
    v_learners bigint := 0;
    v_gain bigint := 0;
    v_lose bigint := 0;
    v_gaining jsonb := '[]';
    v_losing jsonb := '[]';
BEGIN
    PERFORM hg__check_present('p_module', p_module, 'Give the name of a module.');
    PERFORM hg__check_present('p_rule', p_rule::text, 'Give a rule, like hg_modules.mastery_rule.');
    PERFORM hg__require_live();
    SELECT m.* INTO v_module FROM hg_modules AS m WHERE m.module = p_module;
    IF NOT found THEN
        -- The rule itself is looked at first: by a module that has all that a rule can ask about.
        SELECT m.* INTO v_module FROM hg_modules AS m WHERE m.level_moves = 'grade' LIMIT 1;
        v_module.fact_types := ARRAY['any'];
    END IF;
    PERFORM hg__check_mastery_rule(p_rule, v_module, '$', 1);
    v_rules := hg__active_rules(p_module);
    v_rules.mastery_rule := p_rule;

    FOR v_learner IN
        SELECT
            u.id, hg__mastery_flip(
                v_rules, u.hidden_grade_asset, hg__grade_number(u.grade::text)
            ) AS flip
        FROM users AS u
        ORDER BY u.id
    LOOP
        v_learners := v_learners + 1;
        IF v_learner.flip THEN
            v_gain := v_gain + 1;
            v_gaining := v_gaining || CASE
                WHEN v_gain <= c_shown THEN to_jsonb(v_learner.id) ELSE '[]'
            END;
        ELSIF NOT v_learner.flip THEN
            v_lose := v_lose + 1;
            v_losing := v_losing || CASE
                WHEN v_lose <= c_shown THEN to_jsonb(v_learner.id) ELSE '[]'
            END;
        END IF;
    END LOOP;

    RETURN jsonb_build_object(
        'module', p_module,
        'rule', p_rule,
        'policy', v_rules.mastery_policy,
        'learners', v_learners,
        'gain', v_gain,
        'gain_user_ids', v_gaining,
        'lose', v_lose,
        'lose_user_ids', v_losing
    );
END
$hg_simulate_rule$;

REVOKE ALL ON FUNCTION hg_simulate_rule FROM public;

COMMENT ON FUNCTION hg_simulate_rule IS
$$Who would flip, both ways, if a mastery rule were in force for a module: {module, rule, policy,
learners (all there are), gain, gain_user_ids, lose, lose_user_ids}. gain counts those who would be
masters and are none now, lose the others; the ids are the first 1,000 of each, ascending. Overrides
and, under the policy latched, mastery once reached stay. Nothing is written.

Arguments: p_module an active module; p_rule a form as hg_modules.mastery_rule takes it.
Errors: 22023 an argument is NULL or no such rule, 55000 a legacy import is pending, LG405 unknown
or inactive module, LG422 a malformed document.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_simulate_rule('algebra', '{"score": {"percent": 100}}');

Rules: docs/rules.md$$;
