-- Whether the next ledger_id is not the greatest, as on a subscriber of a logical replication that
-- has taken over: sequences are not replicated. The newest rows are looked for at the ledger's end,
-- where an append-only table has them.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ledger_sequence_behind() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ledger_sequence_behind$
DECLARE
    c_pages CONSTANT integer := 128;
    v_pages integer := pg_relation_size('hg_ledger'::regclass)
    / current_setting('block_size')::integer;
    v_next bigint := coalesce(pg_sequence_last_value(
        pg_get_serial_sequence('hg_ledger', 'ledger_id')::regclass
    ), 0);
BEGIN
    RETURN v_next < coalesce((
        SELECT max(l.ledger_id)
        FROM hg_ledger AS l
        WHERE l.ctid >= format('(%s,0)', greatest(v_pages - c_pages, 0))::tid
    ), 0);
END
$hg__ledger_sequence_behind$;

REVOKE ALL ON FUNCTION hg__ledger_sequence_behind FROM public;
