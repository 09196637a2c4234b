-- Archives the rows of the legacy tables that are nobody's, as they are now.
-- Writes: hg_legacy_archive. Calls: hg__legacy_tables, hg__legacy_relation, hg__legacy_user_id.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_take_orphans(p_at timestamptz) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_take_orphans$
DECLARE
    v_table text;
BEGIN
    DELETE FROM hg_legacy_archive AS a WHERE a.reason = 'orphan';
    FOREACH v_table IN ARRAY hg__legacy_tables() LOOP
        -- The owner keeps module_history, so nothing of it is lost.
        CONTINUE WHEN v_table = 'module_history' OR hg__legacy_relation(v_table) IS NULL;
        EXECUTE format( -- dynamic: which tables there are
            'INSERT INTO hg_legacy_archive '
            '(archived_at, user_id, source, source_id, row_data, reason) '
            'SELECT $1, t.user_id::text, %L, to_json(t) ->> ''id'', to_json(t)::text, ''orphan'' '
            'FROM %s AS t WHERE NOT EXISTS (SELECT FROM users AS u '
            'WHERE u.id = hg__legacy_user_id(t.user_id::text))',
            v_table, hg__legacy_relation(v_table)
        )
        USING p_at;
    END LOOP;
END
$hg__legacy_take_orphans$;

REVOKE ALL ON FUNCTION hg__legacy_take_orphans FROM public;
