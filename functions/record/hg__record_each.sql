-- The activities of hg_record_activities, learner by learner in the order of their ids: each one is
-- locked, folded and stored by statements of that learner alone. For a distributed installation,
-- where no statement locks the rows of several nodes.
-- Writes: hg_ledger, hg_snapshots, users. Calls: hg__grade_number, hg__record_batch,
-- hg__insert_activities, hg__store_document. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__record_each(p_calls hg_ledger[]) RETURNS hg_activity_outcome[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__record_each$
DECLARE
    v_learner record;
    v_document jsonb;
    v_user_grade smallint;
    v_step record;
    v_names text[];
    v_rules hg_rules[];
    v_one hg_rules;
    v_outcomes hg_activity_outcome[] := '{}';
BEGIN
    -- One by one: a row of a distributed table may not have the type that the fold wants.
    FOR v_one IN
        SELECT r.*
        FROM hg_rules AS r
        WHERE r.rules_version = (SELECT i.rules_version FROM hg_installation AS i)
    LOOP
        v_names := array_append(v_names, v_one.module);
        v_rules := array_append(v_rules, v_one);
    END LOOP;
    FOR v_learner IN
        SELECT c.user_id, array_agg(c ORDER BY c.ledger_id) AS calls
        FROM unnest(p_calls) AS c
        WHERE c.kind IS NOT NULL
        GROUP BY c.user_id
        ORDER BY c.user_id
    LOOP
        SELECT u.hidden_grade_asset #> '{}', hg__grade_number(u.grade::text)
        INTO v_document, v_user_grade
        FROM users AS u
        WHERE u.id = v_learner.user_id
        FOR NO KEY UPDATE;
        v_step := hg__record_batch(
            found, v_document, v_user_grade, v_learner.calls, clock_timestamp(), v_names, v_rules
        );
        v_outcomes := v_outcomes || v_step.o_outcomes;
        IF v_step.o_changed THEN
            PERFORM hg__insert_activities(v_step.o_entries);
            PERFORM hg__store_document(v_learner.user_id, v_step.o_document);
        END IF;
    END LOOP;
    RETURN v_outcomes;
END
$hg__record_each$;

REVOKE ALL ON FUNCTION hg__record_each FROM public;
