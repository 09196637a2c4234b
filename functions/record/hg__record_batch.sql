-- Records the activities of one locked learner, one after the other, as hg_record_activity would.
-- Rows are kept back for one INSERT; what cannot be told from the document alone (a late arrival, a
-- repeated id, an item that is refused) has those before it stored first, and looks at the ledger.
-- A bad item leaves its error in o_outcomes and changes nothing. p_there: whether the learner is.
-- Writes: hg_ledger, hg_snapshots, hg_ai_jobs. Calls: hg__details_problem, hg__judge,
-- hg__insert_activities, hg__replay_or_refuse, hg__replay, hg__fold_next, hg__fold_out_of_order,
-- hg__ai_note, hg__activity_receipt. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__record_batch(
    p_there boolean, p_document jsonb, p_user_grade smallint, p_calls hg_ledger[],
    p_now timestamptz,
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
    v_refused boolean;
    v_repeated boolean;
    v_next boolean;
    v_known uuid[];
    v_last timestamptz;
    v_step record;
    v_new boolean;
    v_outcome hg_activity_outcome;
BEGIN
    o_document := p_document;
    o_changed := false;
    v_known := ARRAY(
        SELECT l.id
        FROM hg_ledger AS l
        WHERE l.user_id = p_calls[1].user_id
        AND l.id IN (SELECT c.id FROM unnest(p_calls) AS c)
    );
    v_last := (
        SELECT max(l.occurred_at) FROM hg_ledger AS l WHERE l.user_id = p_calls[1].user_id
    );

    FOREACH v_call IN ARRAY p_calls LOOP
        v_outcome := NULL;
        v_outcome.ordinal := v_call.ledger_id;
        SELECT r.* INTO v_rules
        FROM hg_installation AS i
        INNER JOIN hg_rules AS r
            ON r.rules_version = i.rules_version AND r.module = v_call.module;
        v_problem := hg__details_problem(
            v_rules, v_call.run_type::text, coalesce(v_call.details, '{}')
        );
        v_call.user_grade := p_user_grade;
        IF v_call.occurred_at IS NULL THEN
            v_call.occurred_at := p_now + v_call.ledger_id * interval '1 microsecond';
        END IF;
        v_call := hg__judge(v_call, v_rules, p_now);
        -- No ordinal any more: NULL is later than all that is stored, as for a row of its own.
        v_call.ledger_id := NULL;

        v_refused := NOT (p_there AND v_problem IS NULL AND coalesce(v_rules.active, false));
        v_repeated := v_call.id = ANY (v_known);
        v_next := NOT (v_refused OR v_repeated) AND coalesce(
            v_call.occurred_at > v_last AND o_document -> 'modules' ?& v_rules.modules, false
        );
        IF NOT v_next THEN
            PERFORM hg__insert_activities(o_entries);
            o_entries := NULL;
        END IF;
        v_new := false;
        -- What it writes, it writes here: an error takes it back.
        BEGIN
            IF v_refused THEN
                v_outcome.receipt := hg__replay_or_refuse(v_call, v_problem);
            ELSIF v_repeated THEN
                v_outcome.receipt := hg__replay(v_call);
            ELSIF v_next THEN
                v_step := hg__fold_next(o_document, v_call, v_rules);
                v_new := true;
            ELSE
                v_step := hg__fold_out_of_order(o_document, v_call, v_rules);
                v_new := true;
            END IF;
        EXCEPTION
            WHEN invalid_parameter_value OR SQLSTATE 'LG404' OR SQLSTATE 'LG405'
                OR SQLSTATE 'LG409' OR SQLSTATE 'LG422'
            THEN
                GET STACKED DIAGNOSTICS
                    v_outcome.error_code := RETURNED_SQLSTATE,
                    v_outcome.error_message := MESSAGE_TEXT,
                    v_outcome.error_detail := PG_EXCEPTION_DETAIL,
                    v_outcome.error_hint := PG_EXCEPTION_HINT;
        END;

        IF v_new THEN
            IF v_rules.ai_enabled AND v_call.run_type <> 'practice' THEN
                v_step.o_document := hg__ai_note(v_step.o_document, v_step.o_entry, v_rules);
            END IF;
            o_document := v_step.o_document;
            o_changed := true;
            o_entries := array_append(o_entries, v_step.o_entry);
            v_known := array_append(v_known, v_call.id);
            v_last := greatest(v_last, v_call.occurred_at);
            v_outcome.receipt := hg__activity_receipt(v_step.o_entry, false);
        END IF;
        o_outcomes := array_append(o_outcomes, v_outcome);
    END LOOP;
END
$hg__record_batch$;

REVOKE ALL ON FUNCTION hg__record_batch FROM public;
