-- The checkpoint that a learner's folding begins with, moved forward to a place of the history:
-- what stands before that place is folded into its document. Pauses stay, the streak looks back at
-- them. o_folded counts the rows that went in; with none, it is the checkpoint as it was.
-- Writes: nothing. Calls: hg__checkpoint_document, hg__history, hg__fold_step. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__fold_retained(
    p_checkpoint hg_ledger, p_horizon timestamptz,
    p_kept_at timestamptz, p_kept_occurred_at timestamptz, p_kept_id uuid,
    OUT o_checkpoint hg_ledger, OUT o_folded integer
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_retained$
DECLARE
    v_entry hg_ledger;
    v_step record;
    v_sound boolean := false;
    v_document jsonb := hg__checkpoint_document(p_checkpoint);
BEGIN
    o_checkpoint := p_checkpoint;
    o_folded := 0;
    FOR v_entry IN
        SELECT h.* FROM hg__history(p_checkpoint, p_recorded_by => p_horizon) AS h
    LOOP
        CONTINUE WHEN v_entry.kind = 'pause';
        EXIT WHEN (
            greatest(v_entry.occurred_at, p_checkpoint.occurred_at), v_entry.occurred_at, v_entry.id
        ) >= (p_kept_at, p_kept_occurred_at, p_kept_id);
        v_step := hg__fold_step(v_document, v_entry, p_checkpoint.occurred_at, v_sound);
        v_sound := coalesce(v_entry.run_type <> 'practice', false);
        v_document := v_step.o_document;
        o_checkpoint.occurred_at := greatest(v_entry.occurred_at, p_checkpoint.occurred_at);
        o_checkpoint.recorded_at := greatest(o_checkpoint.recorded_at, v_entry.recorded_at);
        o_checkpoint.rules_version := v_entry.rules_version;
        o_checkpoint.user_grade := v_entry.user_grade;
        o_folded := o_folded + 1;
    END LOOP;

    IF o_folded > 0 THEN
        o_checkpoint.document := v_document;
    END IF;
END
$hg__fold_retained$;

REVOKE ALL ON FUNCTION hg__fold_retained FROM public;
