-- Records activities of one locked learner that simply follow each other: their rows, and what
-- became of each (p_ordinals). Where one cannot be, half of them are tried, and so on: the others
-- can.
-- Writes: hg_snapshots. Calls: hg__fold_next, hg__activity_receipt, itself. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_run(
    p_document jsonb, p_entries hg_ledger[], p_rules hg_rules[], p_ordinals integer[],
    p_sound boolean,
    OUT o_document jsonb, OUT o_entries hg_ledger[], OUT o_outcomes hg_activity_outcome[]
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_run$
DECLARE
    v_count integer := cardinality(p_entries);
    v_half integer := v_count / 2;
    v_outcome hg_activity_outcome;
    v_step record;
    v_rest record;
BEGIN
    v_step := hg__fold_next(p_document, p_entries, p_rules, p_sound);
    o_document := v_step.o_document;
    o_entries := v_step.o_entries;
    FOR v_place IN 1 .. v_count LOOP
        v_outcome.ordinal := p_ordinals[v_place];
        v_outcome.receipt := hg__activity_receipt(o_entries[v_place], false);
        o_outcomes := array_append(o_outcomes, v_outcome);
    END LOOP;
EXCEPTION
    WHEN SQLSTATE 'LG422' THEN
        IF v_count > 1 THEN
            v_step := hg__fold_run(
                p_document, p_entries[: v_half], p_rules[: v_half], p_ordinals[: v_half],
                p_sound
            );
            v_rest := hg__fold_run(
                v_step.o_document, p_entries[v_half + 1 :], p_rules[v_half + 1 :],
                p_ordinals[v_half + 1 :], false
            );
            o_document := v_rest.o_document;
            o_entries := v_step.o_entries || v_rest.o_entries;
            o_outcomes := v_step.o_outcomes || v_rest.o_outcomes;
            RETURN;
        END IF;
        GET STACKED DIAGNOSTICS
            v_outcome.error_code := RETURNED_SQLSTATE,
            v_outcome.error_message := MESSAGE_TEXT,
            v_outcome.error_detail := PG_EXCEPTION_DETAIL,
            v_outcome.error_hint := PG_EXCEPTION_HINT;
        v_outcome.ordinal := p_ordinals[1];
        o_document := p_document;
        o_entries := '{}';
        o_outcomes := ARRAY[v_outcome];
END
$hg__fold_run$;

REVOKE ALL ON FUNCTION hg__fold_run FROM public;
