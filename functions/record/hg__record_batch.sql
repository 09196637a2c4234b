-- Records the activities of one locked learner, one after the other, as hg_record_activity would.
-- Those that simply follow each other are folded at once, and their rows kept back for one INSERT;
-- what cannot be told from the document alone (a late arrival, a repeated id, an item that is
-- refused) has those before it stored first, and looks at the ledger. A bad item leaves its error
-- in o_outcomes and changes nothing. p_there: whether the learner is; p_names, p_rules: the modules
-- and the rules in force.
-- Writes: hg_ledger, hg_snapshots, hg_ai_jobs. Calls: hg__details_problem, hg__judge,
-- hg__fold_run, hg__insert_activities, hg__replay_or_refuse, hg__replay, hg__fold_next,
-- hg__fold_out_of_order, hg__ai_note, hg__activity_receipt. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__record_batch(
    p_there boolean, p_document jsonb, p_user_grade smallint, p_calls hg_ledger[],
    p_now timestamptz, p_names text[], p_rules hg_rules[],
    OUT o_document jsonb, OUT o_changed boolean, OUT o_entries hg_ledger[],
    OUT o_outcomes hg_activity_outcome[]
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__record_batch$
DECLARE
    v_call hg_ledger;
    v_rules hg_rules;
    v_problem text;
    v_ordinal integer;
    v_refused boolean;
    v_taken boolean;
    v_sound boolean := false;
    v_run hg_ledger[] := '{}';
    v_run_rules hg_rules[] := '{}';
    v_run_ordinals integer[] := '{}';
    v_known uuid[];
    v_last timestamptz;
    v_step record;
    v_new boolean;
    v_outcome hg_activity_outcome;
BEGIN
    o_document := p_document;
    o_changed := false;
    -- One round more than there are items: it ends the last run.
    FOR v_place IN 1 .. cardinality(p_calls) + 1 LOOP
        IF v_known IS NULL THEN
            v_known := ARRAY(
                SELECT l.id
                FROM hg_ledger AS l
                WHERE l.user_id = p_calls[1].user_id
                AND l.id IN (SELECT c.id FROM unnest(p_calls) AS c)
            );
            v_last := (
                SELECT max(l.occurred_at) FROM hg_ledger AS l WHERE l.user_id = p_calls[1].user_id
            );
        END IF;
        v_taken := false;
        IF v_place <= cardinality(p_calls) THEN
            v_call := p_calls[v_place];
            v_ordinal := v_call.ledger_id;
            v_rules := p_rules[array_position(p_names, v_call.module)];
            v_problem := NULL;
            IF v_call.details IS NOT NULL OR v_call.run_type = 'test' THEN
                v_problem := hg__details_problem(
                    v_rules, v_call.run_type::text, coalesce(v_call.details, '{}')
                );
            END IF;
            v_call.user_grade := p_user_grade;
            IF v_call.occurred_at IS NULL THEN
                v_call.occurred_at := p_now + v_ordinal * interval '1 microsecond';
            END IF;
            v_call := hg__judge(v_call, v_rules, p_now);
            -- No ordinal any more: NULL is later than all that is stored, as for a row of its own.
            v_call.ledger_id := NULL;
            v_refused := NOT (p_there AND v_problem IS NULL AND coalesce(v_rules.active, false));
            IF NOT v_refused AND NOT v_rules.ai_enabled AND v_call.id <> ALL (v_known)
                AND v_call.occurred_at > v_last AND o_document -> 'modules' ?& v_rules.modules
            THEN
                v_run := array_append(v_run, v_call);
                v_run_rules := array_append(v_run_rules, v_rules);
                v_run_ordinals := array_append(v_run_ordinals, v_ordinal);
                v_known := array_append(v_known, v_call.id);
                v_last := v_call.occurred_at;
                -- A longer run would come by more than one place for a snapshot.
                CONTINUE WHEN cardinality(v_run) < 256;
                v_taken := true;
            END IF;
        END IF;

        IF cardinality(v_run) > 0 THEN
            v_step := hg__fold_run(o_document, v_run, v_run_rules, v_run_ordinals, v_sound);
            v_sound := v_run[cardinality(v_run)].run_type <> 'practice'
                AND cardinality(v_step.o_entries) = cardinality(v_run);
            o_document := v_step.o_document;
            o_changed := o_changed OR cardinality(v_step.o_entries) > 0;
            o_entries := o_entries || v_step.o_entries;
            o_outcomes := o_outcomes || v_step.o_outcomes;
            IF cardinality(v_step.o_entries) < cardinality(v_run) THEN
                -- What was taken for recorded is not.
                PERFORM hg__insert_activities(o_entries);
                o_entries := NULL;
                v_known := NULL;
            END IF;
            v_run := '{}';
            v_run_rules := '{}';
            v_run_ordinals := '{}';
        END IF;
        CONTINUE WHEN v_taken;
        EXIT WHEN v_place > cardinality(p_calls);

        PERFORM hg__insert_activities(o_entries);
        o_entries := NULL;
        v_outcome := NULL;
        v_outcome.ordinal := v_ordinal;
        v_new := false;
        -- What it writes, it writes here: an error takes it back.
        BEGIN
            IF v_refused THEN
                v_outcome.receipt := hg__replay_or_refuse(v_call, v_problem);
            ELSE
                v_outcome.receipt := hg__replay(v_call);
                v_new := v_outcome.receipt IS NULL;
            END IF;
            IF v_new AND o_document -> 'modules' ?& v_rules.modules AND v_call.occurred_at > (
                SELECT max(l.occurred_at) FROM hg_ledger AS l WHERE l.user_id = v_call.user_id
            ) THEN
                v_step := hg__fold_next(o_document, ARRAY[v_call], ARRAY[v_rules], false);
                o_document := v_step.o_document;
                v_call := v_step.o_entries[1];
            ELSIF v_new THEN
                v_step := hg__fold_out_of_order(o_document, v_call, v_rules);
                o_document := v_step.o_document;
                v_call := v_step.o_entry;
            END IF;
        EXCEPTION
            WHEN invalid_parameter_value OR SQLSTATE 'LG404' OR SQLSTATE 'LG405'
                OR SQLSTATE 'LG409' OR SQLSTATE 'LG422'
            THEN
                v_new := false;
                GET STACKED DIAGNOSTICS
                    v_outcome.error_code := RETURNED_SQLSTATE,
                    v_outcome.error_message := MESSAGE_TEXT,
                    v_outcome.error_detail := PG_EXCEPTION_DETAIL,
                    v_outcome.error_hint := PG_EXCEPTION_HINT;
        END;

        IF v_new THEN
            IF v_rules.ai_enabled AND v_call.run_type <> 'practice' THEN
                o_document := hg__ai_note(o_document, v_call, v_rules);
            END IF;
            o_changed := true;
            o_entries := ARRAY[v_call];
            v_known := array_append(v_known, v_call.id);
            v_last := greatest(v_last, v_call.occurred_at);
            v_outcome.receipt := hg__activity_receipt(v_call, false);
        END IF;
        o_outcomes := array_append(o_outcomes, v_outcome);
    END LOOP;
END
$hg__record_batch$;

REVOKE ALL ON FUNCTION hg__record_batch FROM public;
