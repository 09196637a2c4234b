-- Archives the rows of a set-aside table that the archive does not have as they are now: written by
-- the older application after the cutover.
-- Writes: hg_legacy_archive. Calls: hg__legacy_row_expression. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_archive_rest(p_table text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET timezone TO 'UTC'
AS $hg__legacy_archive_rest$
BEGIN
    EXECUTE format( -- dynamic: which table it is, and its columns
        'WITH now AS ('
        '    SELECT t.user_id::text AS user_id, %s AS item, to_json(t)::text AS as_written '
        '    FROM %I AS t'
        ') '
        'INSERT INTO hg_legacy_archive '
        '(archived_at, user_id, source, source_id, row_data, reason) '
        'SELECT clock_timestamp(), n.user_id, %L, n.item ->> ''id'', n.as_written, ''finalized'' '
        'FROM now AS n '
        'WHERE NOT EXISTS ('
        '    SELECT FROM hg_legacy_archive AS a '
        '    WHERE a.user_id IS NOT DISTINCT FROM n.user_id AND a.source = %L '
        '    AND a.row_data IN (n.item::text, n.as_written)'
        ')',
        hg__legacy_row_expression(format('%I', p_table || '_set_aside')::regclass),
        p_table || '_set_aside', p_table, p_table
    );
END
$hg__legacy_archive_rest$;

REVOKE ALL ON FUNCTION hg__legacy_archive_rest FROM public;
