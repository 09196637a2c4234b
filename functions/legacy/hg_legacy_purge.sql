-- Empties the archive of the move.
-- Writes: hg_legacy_archive, hg_legacy_quarantine, hg_legacy_run. Calls: hg__legacy_refuse.
-- Raises: 55000.
CREATE OR REPLACE FUNCTION hg_legacy_purge() RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg_legacy_purge$
DECLARE
    v_state text := (SELECT i.state FROM hg_installation AS i);
    v_rows bigint := (SELECT count(*) FROM hg_legacy_archive AS a);
BEGIN
    IF (v_state IN ('cut_over', 'finalized')) IS NOT TRUE THEN
        PERFORM hg__legacy_refuse(
            format('The state of the installation is %s.', coalesce(v_state, 'unknown')),
            'The archive goes after the cutover; before it make rollback lets go of all of it.'
        );
    ELSIF v_state = 'cut_over' AND (SELECT r.rolling_back FROM hg_legacy_run AS r) THEN
        PERFORM hg__legacy_refuse(
            'A rollback has begun and not finished.',
            'Run make rollback to its end; the archive is the next import''s, too.'
        );
    END IF;
    TRUNCATE hg_legacy_archive, hg_legacy_quarantine;
    UPDATE hg_legacy_run AS r SET purged_at = clock_timestamp();
    RETURN jsonb_build_object('rows', v_rows);
END
$hg_legacy_purge$;

REVOKE ALL ON FUNCTION hg_legacy_purge FROM public;

COMMENT ON FUNCTION hg_legacy_purge IS
$$Empties hg_legacy_archive and hg_legacy_quarantine: what the older tables, columns and documents
held and the documents do not is gone then. Before finalize the sources can no longer be verified
after it, and finalize archives nothing. make purge CONFIRM=yes does that.

Answer: rows (how many the archive had).
Errors: 55000 there was no cutover, or a rollback has begun. After an error nothing has changed.

Example: SELECT hg_legacy_purge();$$;
