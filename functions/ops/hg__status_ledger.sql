-- The ledger as hg_status shows it. Rows are the planner's estimate; the oldest row is looked for
-- where an append-only table has it, in its first pages, or the first that hold any.
-- Writes: nothing. Calls: hg__exact_instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_ledger() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_ledger$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'rows', CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
            'bytes', pg_total_relation_size(c.oid),
            'index_bytes', pg_indexes_size(c.oid),
            'snapshots_bytes', pg_total_relation_size('hg_snapshots'::regclass),
            'retention_days', (
                SELECT s.value FROM hg_settings AS s WHERE s.name = 'ledger_retention_days'
            ),
            'oldest', hg__exact_instant_text(coalesce(
                (SELECT min(l.recorded_at) FROM hg_ledger AS l WHERE l.ctid < '(128,0)'),
                (SELECT l.recorded_at FROM hg_ledger AS l LIMIT 1)
            ))
        )
        FROM pg_class AS c
        WHERE c.oid = 'hg_ledger'::regclass
    );
END
$hg__status_ledger$;

REVOKE ALL ON FUNCTION hg__status_ledger FROM public;
