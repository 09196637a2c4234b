-- Whether the next ledger_id is not the greatest, as on a subscriber of a logical replication that
-- has taken over: sequences are not replicated. There is no index to ask. The newest rows are at
-- the ledger's end unless a retention made room further in front; the statistics of the last
-- ANALYZE know the greatest of a sample wherever it is, and of a partitioned ledger nothing else is
-- asked. Where there is no sequence (a distributed installation) none can be behind.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ledger_sequence_behind() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ledger_sequence_behind$
DECLARE
    c_pages CONSTANT integer := 128;
    v_pages integer := pg_relation_size('hg_ledger'::regclass)
    / current_setting('block_size')::integer;
    v_sequence regclass := pg_get_serial_sequence('hg_ledger', 'ledger_id')::regclass;
BEGIN
    RETURN v_sequence IS NOT NULL AND coalesce(pg_sequence_last_value(v_sequence), 0) < greatest(
        (
            SELECT max(l.ledger_id)
            FROM hg_ledger AS l
            WHERE v_pages > 0
            AND l.ctid >= format('(%s,0)', greatest(v_pages - c_pages, 0))::tid
        ),
        (
            SELECT max(b.bound)
            FROM pg_stats AS s, unnest(s.histogram_bounds::text::bigint[]) AS b (bound)
            WHERE s.schemaname = current_schema() AND s.tablename = 'hg_ledger'
            AND s.attname = 'ledger_id'
        ),
        0
    );
END
$hg__ledger_sequence_behind$;

REVOKE ALL ON FUNCTION hg__ledger_sequence_behind FROM public;
