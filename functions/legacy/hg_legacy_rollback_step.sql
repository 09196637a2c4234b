-- One step of the way back, a transaction of its own.
-- Writes: hg_legacy_run, and as the steps do. Calls: hg__legacy_refuse, hg__legacy_abandon,
-- hg__legacy_has_column, hg__legacy_mark_back, hg__legacy_next_ids, hg__legacy_write_back,
-- hg__legacy_write_back_changed, hg__legacy_lock, hg__legacy_swap_back. Raises: 55000, 55P03.
CREATE OR REPLACE FUNCTION hg_legacy_rollback_step() RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_rollback_step$
DECLARE
    c_batch CONSTANT integer := 200;
    c_at_once CONSTANT integer := 100;
    v_run hg_legacy_run;
    v_state text;
    v_ids text[];
    v_learners integer;
BEGIN
    SELECT r.* INTO v_run FROM hg_legacy_run AS r FOR UPDATE;
    SELECT i.state INTO v_state FROM hg_installation AS i;
    IF v_state IN ('pending', 'importing', 'imported') THEN
        RETURN hg__legacy_abandon();
    ELSIF (v_state = 'cut_over') IS NOT TRUE OR v_run.finalizing THEN
        PERFORM hg__legacy_refuse(
            CASE
                WHEN v_run.finalizing AND v_state = 'cut_over' THEN 'Finalize has begun to drop.'
                ELSE format('The state of the installation is %s.', coalesce(v_state, 'unknown'))
            END,
            'There is a way back until make finalize drops what it leads to.'
        );
    ELSIF NOT v_run.rolling_back THEN
        -- Where there was no such column the document needs one to be taken back from.
        IF NOT hg__legacy_has_column('hidden_grade_asset_old') THEN
            ALTER TABLE users ADD COLUMN hidden_grade_asset_old jsonb;
        END IF;
        PERFORM hg__legacy_mark_back(true);
        DELETE FROM hg_legacy_dirty;
        UPDATE hg_legacy_run AS r SET rolling_back = true, swept = false, after_id = NULL;
        RETURN jsonb_build_object('step', 'begun', 'learners', 0, 'more', true);
    ELSIF NOT v_run.swept THEN
        v_ids := hg__legacy_next_ids(v_run.after_id, c_batch);
        PERFORM hg__legacy_write_back(v_ids);
        UPDATE hg_legacy_run AS r
        SET after_id = v_ids[cardinality(v_ids)], swept = v_ids = '{}';
        RETURN jsonb_build_object(
            'step', 'documents written back', 'learners', cardinality(v_ids), 'more', true
        );
    END IF;
    v_learners := hg__legacy_write_back_changed(c_batch);
    IF v_learners > c_at_once THEN
        RETURN jsonb_build_object('step', 'changed learners', 'learners', v_learners, 'more', true);
    END IF;

    -- From here to the end of the transaction nobody reads or writes users.
    PERFORM hg__legacy_lock();
    v_learners := hg__legacy_write_back_changed(c_batch);
    IF EXISTS (SELECT FROM hg_legacy_dirty AS d) THEN
        RETURN jsonb_build_object('step', 'changed learners', 'learners', v_learners, 'more', true);
    END IF;
    PERFORM hg__legacy_swap_back();
    RETURN jsonb_build_object('step', 'rolled back', 'learners', v_learners, 'more', false);
END
$hg_legacy_rollback_step$;

REVOKE ALL ON FUNCTION hg_legacy_rollback_step FROM public;

COMMENT ON FUNCTION hg_legacy_rollback_step IS
$$One step of the way back from an import or a cutover, for whoever commits after each and calls
again while more is true, with a short lock_timeout; make rollback and hg_legacy_rollback() do that.
Before the cutover what the import built goes, and the state is pending. After it the documents are
written back in batches in their older shape, with our keys beside, then the older tables and column
take their names again in one short transaction; the state is imported, and everybody is built again
by the next import. Activities recorded meanwhile stay in the ledger.

Answer: step, learners (in this step), more.
Errors: 55000 the state is none or finalized; 55P03 a table was in use: call again. After an error
nothing has changed.

Example: SELECT hg_legacy_rollback_step();$$;
