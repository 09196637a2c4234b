-- Lets go of what is kept for a time beside the learners' own rows: what answers cost, tombstones,
-- and of a move that is over, its archive and quarantine. Returns how many rows, {archive_rows,
-- tombstones}.
-- Writes: hg_ai_spent, hg_tombstones, hg_legacy_archive, hg_legacy_quarantine. Calls:
-- hg__retention_horizon. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__prune_shared(p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__prune_shared$
DECLARE
    v_spent timestamptz := hg__retention_horizon('ai_retention_days', p_at);
    v_tombstone timestamptz := hg__retention_horizon('tombstone_retention_days', p_at);
    v_archive timestamptz := hg__retention_horizon('archive_retention_days', p_at);
    v_tombstones bigint;
    v_archived bigint := 0;
    v_quarantined bigint := 0;
BEGIN
    DELETE FROM hg_ai_spent AS s WHERE s.day < (v_spent AT TIME ZONE 'UTC')::date;
    DELETE FROM hg_tombstones AS t WHERE t.erased_on < (v_tombstone AT TIME ZONE 'UTC')::date;
    GET DIAGNOSTICS v_tombstones := ROW_COUNT;
    -- Until finalize the archive is what the way back and a verification need.
    IF (SELECT i.state FROM hg_installation AS i) IN ('none', 'finalized') THEN
        DELETE FROM hg_legacy_archive AS a WHERE a.archived_at < v_archive;
        GET DIAGNOSTICS v_archived := ROW_COUNT;
        DELETE FROM hg_legacy_quarantine AS q WHERE q.quarantined_at < v_archive;
        GET DIAGNOSTICS v_quarantined := ROW_COUNT;
    END IF;
    RETURN jsonb_build_object(
        'archive_rows', v_archived + v_quarantined, 'tombstones', v_tombstones
    );
END
$hg__prune_shared$;

REVOKE ALL ON FUNCTION hg__prune_shared FROM public;
