-- Which ledger rows made a place of the document what it is: the fold once more, watching that
-- place.
-- Writes: nothing. Calls: hg__learner, hg__checkpoint, hg__checkpoint_document, hg__history,
-- hg__fold_step, hg__exact_instant_text, hg__raise_argument, hg__log_access. Raises: 22023, 55000,
-- LG404, LG422.
CREATE OR REPLACE FUNCTION hg__explain_path(
    p_user_id users.id%TYPE, p_path text
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__explain_path$
DECLARE
    c_path CONSTANT text[] := string_to_array(p_path, '.');
    c_shown CONSTANT integer := 100;
    v_learner record := hg__learner(p_user_id);
    v_checkpoint hg_ledger := hg__checkpoint(p_user_id);
    v_document jsonb := hg__checkpoint_document(v_checkpoint);
    v_first jsonb := v_document #> c_path;
    v_before jsonb;
    v_after jsonb := v_first;
    v_entry hg_ledger;
    v_step record;
    v_rows jsonb[] := '{}';
BEGIN
    FOR v_entry IN SELECT h.* FROM hg__history(v_checkpoint) AS h LOOP
        v_step := hg__fold_step(v_document, v_entry, v_checkpoint.occurred_at, false);
        v_document := v_step.o_document;
        v_before := v_after;
        v_after := v_document #> c_path;
        CONTINUE WHEN v_after IS NOT DISTINCT FROM v_before;
        v_rows := array_append(v_rows, jsonb_build_object(
            'ledger_id', v_entry.ledger_id, 'kind', v_entry.kind, 'id', v_entry.id,
            'module', v_entry.module,
            'occurred_at', hg__exact_instant_text(v_entry.occurred_at),
            'recorded_at', hg__exact_instant_text(v_entry.recorded_at),
            'recorded_by', v_entry.recorded_by, 'reason', v_entry.details -> 'reason',
            'before', v_before, 'after', v_after
        ));
    END LOOP;
    IF v_learner.o_document #> c_path IS NULL AND v_rows = '{}' THEN
        PERFORM hg__raise_argument(
            'p_module', p_path, 'Give a module, or the path of a key that the document has.'
        );
    END IF;
    IF (v_learner.o_settings).access_log THEN
        PERFORM hg__log_access(p_user_id, 'hg_explain');
    END IF;

    RETURN jsonb_build_object(
        'path', p_path,
        'value', v_learner.o_document #> c_path,
        'proven', v_learner.o_document #> c_path IS NOT DISTINCT FROM v_after,
        'since', jsonb_build_object(
            'kind', v_checkpoint.kind, 'value', v_first,
            'recorded_at', hg__exact_instant_text(v_checkpoint.recorded_at)
        ),
        'changes', cardinality(v_rows),
        'rows', (
            SELECT coalesce(jsonb_agg(r.change ORDER BY r.n DESC), '[]')
            FROM unnest(v_rows) WITH ORDINALITY AS r (change, n)
            WHERE r.n > cardinality(v_rows) - c_shown
        )
    );
END
$hg__explain_path$;

REVOKE ALL ON FUNCTION hg__explain_path FROM public;
