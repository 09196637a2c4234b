-- The ledger as hg_status shows it. Rows are the planner's estimate; the oldest row is looked for
-- where an append-only table has it, in its first pages, or the first that hold any. Of a
-- partitioned ledger the partitions are taken together.
-- Writes: nothing. Calls: hg__exact_instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_ledger() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_ledger$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'rows', (sum(c.reltuples) FILTER (WHERE c.reltuples >= 0))::bigint,
            'bytes', coalesce(sum(pg_total_relation_size(c.oid)), 0),
            'index_bytes', coalesce(sum(pg_indexes_size(c.oid)), 0),
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
        WHERE c.relkind = 'r' AND c.oid IN (
            SELECT 'hg_ledger'::regclass
            UNION ALL
            SELECT t.relid FROM pg_partition_tree('hg_ledger') AS t
        )
    );
END
$hg__status_ledger$;

REVOKE ALL ON FUNCTION hg__status_ledger FROM public;
