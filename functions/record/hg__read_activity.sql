-- One item of hg_record_activities as the call that it stands for. o_call.kind is set when the item
-- can be taken; else o_outcome is its error, and o_call holds what could be read. The ordinal
-- stands in o_call.ledger_id.
-- Writes: nothing. Calls: hg__raise_argument, hg__activity_in_domain, hg__refuse_activity. Raises:
-- nothing.
-- PARALLEL UNSAFE: an item that cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__read_activity(
    p_item jsonb, p_ordinal integer, OUT o_call hg_ledger, OUT o_outcome hg_activity_outcome
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__read_activity$
DECLARE
    c_keys CONSTANT text[] := ARRAY[
        'user_id', 'activity_id', 'module', 'questions', 'correct', 'seconds', 'run_type',
        'occurred_at', 'details'
    ];
    v_reading text;
    v_questions integer;
    v_correct integer;
    v_run_type text := 'token_run';
    v_code text;
    v_message text;
    v_detail text;
    v_hint text;
BEGIN
    o_call.ledger_id := p_ordinal;
    IF jsonb_typeof(p_item) <> 'object' OR p_item - c_keys <> '{}' THEN
        PERFORM hg__raise_argument('p_activities', p_item::text, format(
            'An item is an object with the keys %s.', array_to_string(c_keys, ', ')
        ));
    END IF;
    BEGIN
        v_reading := 'user_id';
        o_call.user_id := p_item ->> v_reading;
        v_reading := 'activity_id';
        o_call.id := p_item ->> v_reading;
        v_reading := 'questions';
        v_questions := p_item ->> v_reading;
        v_reading := 'correct';
        v_correct := p_item ->> v_reading;
        v_reading := 'seconds';
        o_call.seconds := p_item ->> v_reading;
        v_reading := 'occurred_at';
        o_call.occurred_at := p_item ->> v_reading;
    EXCEPTION
        WHEN data_exception THEN
            PERFORM hg__raise_argument(
                'p_' || v_reading, (p_item -> v_reading)::text,
                format('PostgreSQL cannot read it: %s.', left(sqlerrm, 300))
            );
    END;
    o_call.module := p_item ->> 'module';
    o_call.details := coalesce(p_item -> 'details', '{}');
    IF p_item ? 'run_type' THEN
        v_run_type := p_item ->> 'run_type';
    END IF;

    IF o_call.user_id IS NULL OR NOT hg__activity_in_domain(
        o_call.id, o_call.module, v_questions, v_correct, o_call.seconds, v_run_type,
        o_call.occurred_at, o_call.details
    ) THEN
        PERFORM hg__refuse_activity(
            o_call.user_id::text, o_call.id, o_call.module, v_questions, v_correct,
            o_call.seconds, v_run_type, o_call.occurred_at, o_call.details
        );
    END IF;
    o_call.questions := v_questions;
    o_call.correct := v_correct;
    o_call.run_type := v_run_type;
    o_call.details := nullif(o_call.details, '{}');
    o_call.kind := 'activity';
EXCEPTION
    WHEN invalid_parameter_value THEN
        GET STACKED DIAGNOSTICS
            v_code := RETURNED_SQLSTATE, v_message := MESSAGE_TEXT,
            v_detail := PG_EXCEPTION_DETAIL, v_hint := PG_EXCEPTION_HINT;
        o_outcome := (p_ordinal, NULL, v_code, v_message, v_detail, v_hint);
END
$hg__read_activity$;

REVOKE ALL ON FUNCTION hg__read_activity FROM public;
