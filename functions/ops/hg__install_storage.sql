-- Lays the document out for many small changes; whether anything had to be done. Half-filled pages,
-- and a document kept in its row up to 4,080 bytes, let nearly every new version of a row stay on
-- its page. Under wal_level = logical the layout stays as it is: there every UPDATE of a row, of
-- other columns too, writes the whole row to the WAL, and only a document stored outside of it
-- stays out of that. Measured with documents of 2.3 kB, bytes of WAL for an UPDATE of another
-- column: inline 2,771, outside 364; for one of the document: 2,758 and 3,104 (replica: 241 and
-- 284, 2,577 and 3,031). What the owner has chosen stays, too.
-- Writes: nothing (users' storage options). Calls: nothing. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__install_storage() RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_storage$
DECLARE
    v_options text;
    v_compress boolean;
BEGIN
    SELECT
        coalesce(array_to_string(c.reloptions, ' '), ''),
        a.attcompression = '' AND 'lz4' = ANY (s.enumvals)
    INTO v_options, v_compress
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a
        ON a.attrelid = c.oid AND a.attname = 'hidden_grade_asset'
    INNER JOIN pg_settings AS s ON s.name = 'default_toast_compression'
    WHERE c.oid = 'users'::regclass AND c.relkind = 'r';
    IF NOT found THEN
        -- A partitioned table has no storage of its own.
        RETURN false;
    END IF;

    IF v_compress THEN
        ALTER TABLE users ALTER COLUMN hidden_grade_asset SET COMPRESSION lz4;
        RETURN true;
    ELSIF current_setting('wal_level') = 'logical' THEN
        RETURN false;
    ELSIF v_options !~ 'fillfactor=' THEN
        ALTER TABLE users SET (fillfactor = 50);
        RETURN true;
    ELSIF v_options !~ 'toast_tuple_target=' THEN
        ALTER TABLE users SET (toast_tuple_target = 4080);
        RETURN true;
    END IF;
    RETURN false;
END
$hg__install_storage$;

REVOKE ALL ON FUNCTION hg__install_storage FROM public;
