-- Whether there is an import to be verified, and whether it is past (true after the cutover).
-- A rollback writes over the older documents: from its beginning they are not what was imported.
-- p_archive: the archive is compared, too, and must not have been emptied.
-- Writes: nothing. Calls: hg__legacy_refuse. Raises: 55000.
CREATE OR REPLACE FUNCTION hg__legacy_verify_state(p_archive boolean DEFAULT true)
RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_verify_state$
DECLARE
    v_state text := (SELECT i.state FROM hg_installation AS i);
    v_run hg_legacy_run;
BEGIN
    SELECT r.* INTO v_run FROM hg_legacy_run AS r;
    IF (v_state IN ('importing', 'imported', 'cut_over')) IS NOT TRUE THEN
        RAISE EXCEPTION 'there is no import to verify' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('The state of the installation is %s.', coalesce(v_state, 'unknown')),
            HINT = CASE
                WHEN v_state = 'pending' THEN 'Run make import, or CALL hg_legacy_import().'
                ELSE 'hg_verify() proves the documents against their ledgers.'
            END;
    ELSIF v_state = 'cut_over' AND v_run.rolling_back THEN
        PERFORM hg__legacy_refuse(
            'A rollback has begun and not finished.',
            'Run make rollback to its end; hg_verify() proves the documents against their ledgers.'
        );
    ELSIF v_state = 'cut_over' AND p_archive AND v_run.purged_at IS NOT NULL THEN
        PERFORM hg__legacy_refuse(
            'The archive was purged: what the import read is no longer known.',
            'hg_verify() proves the documents against their ledgers.'
        );
    END IF;
    RETURN v_state = 'cut_over';
END
$hg__legacy_verify_state$;

REVOKE ALL ON FUNCTION hg__legacy_verify_state FROM public;
