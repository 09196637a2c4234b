-- Lays the document out for many small changes; whether anything had to be done. Half-filled pages,
-- and a document kept in its row up to 4,080 bytes, let nearly every new version of a row stay on
-- its page. Under wal_level = logical the layout stays as it is: there every UPDATE of a row, of
-- other columns too, writes the whole row to the WAL, and only a document stored outside of it
-- stays out of that. Measured with documents of 2.3 kB, bytes of WAL for an UPDATE of another
-- column: inline 2,771, outside 364; for one of the document: 2,758 and 3,104 (replica: 241 and
-- 284, 2,577 and 3,031). What the owner has chosen stays, too. Of a partitioned table the
-- partitions are laid out; it has no storage of its own, but hands the compression to new ones.
-- Writes: nothing (users' storage options). Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__install_storage() RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_storage$
DECLARE
    v_inline boolean := current_setting('wal_level') <> 'logical';
    v_table regclass;
    v_compress boolean;
    v_fill boolean;
BEGIN
    SELECT c.oid::regclass, d.compress, d.fill
    INTO v_table, v_compress, v_fill
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a
        ON a.attrelid = c.oid AND a.attname = 'hidden_grade_asset'
    INNER JOIN pg_settings AS s ON s.name = 'default_toast_compression'
    CROSS JOIN LATERAL (
        SELECT
            a.attcompression = '' AND 'lz4' = ANY (s.enumvals) AS compress,
            v_inline AND c.relkind = 'r'
            AND (array_to_string(c.reloptions, ' ') ~ 'fillfactor=') IS NOT TRUE AS fill,
            v_inline AND c.relkind = 'r'
            AND (array_to_string(c.reloptions, ' ') ~ 'toast_tuple_target=') IS NOT TRUE AS target
    ) AS d
    WHERE c.relkind IN ('r', 'p') AND (d.compress OR d.fill OR d.target) AND (
        c.oid = 'users'::regclass
        OR c.oid IN (SELECT t.relid FROM pg_partition_tree('users') AS t)
    )
    ORDER BY c.oid
    LIMIT 1;
    IF NOT found THEN
        RETURN false;
    ELSIF v_compress THEN
        EXECUTE format( -- dynamic: users, or one of its partitions
            'ALTER TABLE %s ALTER COLUMN hidden_grade_asset SET COMPRESSION lz4', v_table
        );
    ELSIF v_fill THEN
        EXECUTE format('ALTER TABLE %s SET (fillfactor = 50)', v_table); -- dynamic: as above
    ELSE
        EXECUTE format( -- dynamic: as above
            'ALTER TABLE %s SET (toast_tuple_target = 4080)', v_table
        );
    END IF;
    RETURN true;
END
$hg__install_storage$;

REVOKE ALL ON FUNCTION hg__install_storage FROM public;
