-- Judges a module's mastery anew, by the rules in force now, learner by learner.
-- Writes: hg_ledger, hg_snapshots, users (not in a dry run). Calls: hg__check_present,
-- hg__raise_argument, hg__require_live, hg__active_rules, hg__mastery_flip,
-- hg__grade_number, hg__reevaluate_learner. Raises: 22023, 55000, LG405, LG422.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_reevaluate(
    p_module text,
    p_dry_run boolean DEFAULT true,
    p_after users.id%TYPE DEFAULT NULL,
    p_limit integer DEFAULT 1000
) RETURNS TABLE (user_id users.id%TYPE, mastery_before boolean, mastery_after boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_reevaluate$
#variable_conflict use_column
DECLARE
    v_rules hg_rules;
    v_learner record;
    v_found integer := 0;
BEGIN
    PERFORM hg__check_present('p_module', p_module, 'Give the name of a module.');
    PERFORM hg__check_present('p_dry_run', p_dry_run::text, 'Give true to only look.');
    IF (p_limit BETWEEN 1 AND 100000) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_limit', p_limit::text, 'A limit is 1 to 100,000 learners.');
    END IF;
    PERFORM hg__require_live();
    v_rules := hg__active_rules(p_module);

    FOR v_learner IN
        SELECT
            u.id, hg__mastery_flip(
                v_rules, u.hidden_grade_asset, hg__grade_number(u.grade::text)
            ) AS flip
        FROM users AS u
        WHERE p_after IS NULL OR u.id > p_after
        ORDER BY u.id
    LOOP
        CONTINUE WHEN v_learner.flip IS NULL
            OR NOT (p_dry_run OR hg__reevaluate_learner(v_learner.id, p_module));
        user_id := v_learner.id;
        mastery_before := NOT v_learner.flip;
        mastery_after := v_learner.flip;
        RETURN NEXT;
        v_found := v_found + 1;
        EXIT WHEN v_found = p_limit;
    END LOOP;
END
$hg_reevaluate$;

REVOKE ALL ON FUNCTION hg_reevaluate FROM public;

COMMENT ON FUNCTION hg_reevaluate IS
$$Judges a module's mastery anew by the rules in force now: after a change of the catalog, documents
keep their mastery_level until the learner's next session. Returns the learners whose mastery_level
flips, in the order of their ids; all others stay untouched, with every override and, under the
policy latched, every mastery once reached. Without a dry run each flip is a ledger row of its own,
and mastered_at of a module mastered by it is that row's instant.

Arguments: p_dry_run true only looks; p_after the last user_id of the batch before; p_limit
1-100,000 learners returned. The caller loops until fewer than p_limit come back, committing after
each batch.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG405 unknown or
inactive module, LG422 a malformed document. After an error nothing has changed.

Only the owner may call it; grant it to whom you like.

Example: SELECT * FROM hg_reevaluate('algebra');

Rules: docs/rules.md$$;
