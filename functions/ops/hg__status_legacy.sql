-- The move from the older tables as hg_status shows it; NULL where there was nothing to move.
-- Rows of the archive are the planner's estimate.
-- Writes: nothing. Calls: hg__exact_instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_legacy(p_state text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_legacy$
BEGIN
    IF coalesce(p_state, 'none') = 'none' THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT jsonb_build_object(
            'started_at', hg__exact_instant_text(r.started_at),
            'finished_at', hg__exact_instant_text(r.finished_at),
            'learners', r.learners,
            'dirty', (SELECT count(*) FROM hg_legacy_dirty AS d),
            'quarantined', (SELECT count(*) FROM hg_legacy_quarantine AS q),
            'paused', r.paused,
            'batch', r.batch,
            'learners_per_second', round(r.learners / nullif(extract(EPOCH FROM r.busy), 0)),
            'verified_at', hg__exact_instant_text(r.verified_at),
            'differences', (SELECT count(*) FROM hg_legacy_differences AS d),
            'cut_over_at', hg__exact_instant_text(r.cut_over_at),
            'ignored_writes', (
                SELECT CASE WHEN s.is_called THEN s.last_value ELSE 0 END
                FROM hg_legacy_ignored_writes AS s
            ),
            'archive_rows', (
                SELECT CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END
                FROM pg_class AS c WHERE c.oid = 'hg_legacy_archive'::regclass
            )
        )
        FROM hg_legacy_run AS r
    );
END
$hg__status_legacy$;

REVOKE ALL ON FUNCTION hg__status_legacy FROM public;
