-- One step of letting go of an import before the cutover: {step, learners, more}. Nothing that the
-- older application has is touched.
-- Writes: hg_ledger, hg_legacy_archive, hg_legacy_quarantine, hg_legacy_dirty,
-- hg_legacy_unverified, hg_legacy_differences, hg_legacy_run, hg_installation (and users' staging
-- column). Calls: hg__legacy_detach_marks, hg__legacy_has_column, hg__legacy_drop_index.
-- Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_abandon() RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_abandon$
DECLARE
    v_done text;
    v_rows integer;
BEGIN
    -- One that runs beside would build again what goes here.
    UPDATE hg_legacy_run AS r SET paused = true WHERE NOT r.paused;
    IF found THEN
        RETURN jsonb_build_object('step', 'import paused', 'learners', 0, 'more', true);
    END IF;
    v_done := hg__legacy_detach_marks();
    IF v_done IS NOT NULL THEN
        RETURN jsonb_build_object('step', 'marks off ' || v_done, 'learners', 0, 'more', true);
    END IF;
    v_done := hg__legacy_drop_index();
    IF v_done IS NOT NULL THEN
        RETURN jsonb_build_object('step', 'dropped ' || v_done, 'learners', 0, 'more', true);
    ELSIF hg__legacy_has_column('hidden_grade_asset_next') THEN
        ALTER TABLE users DROP COLUMN hidden_grade_asset_next;
        RETURN jsonb_build_object('step', 'staging column', 'learners', 0, 'more', true);
    END IF;
    DELETE FROM hg_ledger AS l
    WHERE (l.user_id, l.id) IN (
        SELECT o.user_id, o.id FROM hg_ledger AS o WHERE o.kind = 'import' LIMIT 5000
    );
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows > 0 THEN
        RETURN jsonb_build_object('step', 'checkpoints', 'learners', v_rows, 'more', true);
    END IF;
    -- What an earlier import archived stays, and what stood in columns that were written over.
    DELETE FROM hg_legacy_archive AS a
    WHERE a.archive_id IN (
        SELECT o.archive_id
        FROM hg_legacy_archive AS o
        WHERE o.archived_at >= (SELECT r.started_at FROM hg_legacy_run AS r)
        AND o.reason NOT IN ('equalised', 'earlier')
        LIMIT 50000
    );
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows > 0 THEN
        RETURN jsonb_build_object('step', 'archive', 'learners', 0, 'more', true);
    END IF;
    TRUNCATE hg_legacy_quarantine, hg_legacy_dirty, hg_legacy_unverified, hg_legacy_differences;
    DELETE FROM hg_legacy_run;
    INSERT INTO hg_legacy_run (singleton) VALUES (true);
    UPDATE hg_installation AS i SET state = 'pending';
    RETURN jsonb_build_object('step', 'import let go', 'learners', 0, 'more', false);
END
$hg__legacy_abandon$;

REVOKE ALL ON FUNCTION hg__legacy_abandon FROM public;
