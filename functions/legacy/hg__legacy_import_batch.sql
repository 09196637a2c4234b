-- One batch of the import, a transaction of its own: {step, learners, more}. The caller commits and
-- calls again while more is true. The batch adapts, so that it takes about p_target.
-- Writes: hg_installation, hg_legacy_run, users (its triggers and columns), and as the steps do.
-- Calls: hg__legacy_attach_marks, hg__legacy_add_column, hg__legacy_sweep,
-- hg__legacy_take_dirty. Raises: 55000, 55P03 (lock_timeout: call again).
CREATE OR REPLACE FUNCTION hg__legacy_import_batch(
    p_target interval DEFAULT '50 milliseconds'
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_import_batch$
DECLARE
    v_run hg_legacy_run;
    v_state text;
    v_marked text;
    v_started timestamptz;
    v_learners integer;
BEGIN
    -- Two imports at once take turns here.
    SELECT r.* INTO v_run FROM hg_legacy_run AS r FOR UPDATE;
    v_started := clock_timestamp();
    SELECT i.state INTO v_state FROM hg_installation AS i;
    IF (v_state IN ('pending', 'importing', 'imported')) IS NOT TRUE THEN
        RAISE EXCEPTION 'there is nothing to import' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('The state of the installation is %s.', coalesce(v_state, 'unknown')),
            HINT = 'An import is for an installation that is pending, importing or imported.';
    ELSIF v_run.paused THEN
        RETURN jsonb_build_object('step', 'paused', 'learners', 0, 'more', true);
    END IF;
    v_marked := hg__legacy_attach_marks();
    IF v_marked IS NOT NULL THEN
        RETURN jsonb_build_object('step', 'marks on ' || v_marked, 'learners', 0, 'more', true);
    ELSIF hg__legacy_add_column() THEN
        RETURN jsonb_build_object('step', 'staging column', 'learners', 0, 'more', true);
    ELSIF v_state = 'pending' THEN
        UPDATE hg_legacy_run AS r SET started_at = v_started, after_id = NULL, swept = false;
        UPDATE hg_installation AS i SET state = 'importing';
        RETURN jsonb_build_object('step', 'begun', 'learners', 0, 'more', true);
    END IF;

    IF v_run.swept THEN
        v_learners := hg__legacy_take_dirty(v_run);
    ELSE
        v_learners := hg__legacy_sweep(v_run);
    END IF;
    UPDATE hg_legacy_run AS r
    SET
        busy = r.busy + (clock_timestamp() - v_started),
        batch = least(greatest(
            r.batch * least(greatest(
                extract(EPOCH FROM p_target)
                / greatest(extract(EPOCH FROM clock_timestamp() - v_started), 0.0001),
                0.5
            ), 2),
            1
        ), 10000)::integer
    WHERE v_learners > 0;
    RETURN jsonb_build_object(
        'step', CASE WHEN v_run.swept THEN 'changed learners' ELSE 'sweep' END,
        'learners', v_learners,
        'more', v_learners > 0 OR NOT v_run.swept
    );
END
$hg__legacy_import_batch$;

REVOKE ALL ON FUNCTION hg__legacy_import_batch FROM public;
