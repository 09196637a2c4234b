-- A learner's document from the ledger: the latest checkpoint and every row recorded after it, in
-- the order of occurrence; NULL where there is no checkpoint. p_arriving, a row not stored yet,
-- takes its place among them; o_arrived is that row with the figures of its place. p_recorded_by:
-- only what had been recorded by that instant. p_start: a snapshot to go on from, instead of the
-- checkpoint; o_snapshots: those that this fold has come by.
-- Writes: nothing. Calls: hg__checkpoint, hg__checkpoint_document, hg__history, hg__fold_step.
-- Raises: LG422.
CREATE OR REPLACE FUNCTION hg__fold_ledger(
    p_user_id users.id%TYPE,
    p_arriving hg_ledger DEFAULT NULL,
    p_recorded_by timestamptz DEFAULT 'infinity',
    p_start hg_snapshots DEFAULT NULL,
    OUT o_document jsonb, OUT o_arrived hg_ledger, OUT o_snapshots hg_snapshots[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_ledger$
DECLARE
    c_rows_between_snapshots CONSTANT integer := 256;
    v_checkpoint hg_ledger := hg__checkpoint(p_user_id, p_recorded_by);
    v_entry hg_ledger;
    v_step record;
    v_sound boolean := false;
    v_rows integer := 0;
BEGIN
    o_document := coalesce(p_start.document, hg__checkpoint_document(v_checkpoint));
    FOR v_entry IN
        SELECT h.*
        FROM hg__history(
            v_checkpoint, p_arriving, p_recorded_by, p_start.occurred_at, p_start.id
        ) AS h
    LOOP
        v_step := hg__fold_step(o_document, v_entry, v_checkpoint.occurred_at, v_sound);
        v_sound := coalesce(v_entry.run_type <> 'practice', false);
        o_document := v_step.o_document;
        IF v_entry.id = p_arriving.id THEN
            o_arrived := v_step.o_entry;
        END IF;

        v_rows := v_rows + 1;
        IF v_rows % c_rows_between_snapshots = 0
            AND v_entry.occurred_at > v_checkpoint.occurred_at
        THEN
            o_snapshots := array_append(o_snapshots, (
                v_entry.occurred_at, v_entry.id, p_user_id, v_checkpoint.ledger_id, o_document
            )::hg_snapshots);
        END IF;
    END LOOP;
END
$hg__fold_ledger$;

REVOKE ALL ON FUNCTION hg__fold_ledger FROM public;
