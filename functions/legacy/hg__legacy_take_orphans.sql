-- Archives the rows of the legacy tables that are nobody's, as they are now: all of them, or
-- (p_ids) those of some who are gone and those without a learner that could be. In UTC, as what is
-- archived of an instant must not depend on the session.
-- Writes: hg_legacy_archive. Calls: hg__legacy_tables, hg__legacy_relation, hg__legacy_key,
-- hg__legacy_row_expression, hg__legacy_user_id. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_take_orphans(
    p_at timestamptz, p_ids text[] DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET timezone TO 'UTC'
AS $hg__legacy_take_orphans$
DECLARE
    v_relation regclass;
    v_table text;
    v_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
    );
BEGIN
    DELETE FROM hg_legacy_archive AS a
    WHERE a.reason = 'orphan' AND a.archived_at >= p_at
    AND (
        p_ids IS NULL OR a.user_id IS NULL OR a.user_id = ANY (p_ids)
        OR hg__legacy_user_id(a.user_id) IS NULL
    );
    FOREACH v_table IN ARRAY hg__legacy_tables() LOOP
        v_relation := hg__legacy_relation(v_table);
        -- The owner keeps module_history, so nothing of it is lost.
        CONTINUE WHEN v_table = 'module_history' OR v_relation IS NULL;
        -- @plpgsql_check_options: security_warnings = off
        EXECUTE format( -- dynamic: which tables there are, and of which type their keys are
            'INSERT INTO hg_legacy_archive '
            '(archived_at, user_id, source, source_id, row_data, reason) '
            'SELECT $1, t.user_id::text, %1$L, %2$s ->> ''id'', to_json(t)::text, ''orphan'' '
            'FROM %3$s AS t '
            'WHERE NOT EXISTS (SELECT FROM users AS u WHERE u.id = %4$s) %5$s',
            v_table,
            coalesce(hg__legacy_row_expression(v_relation, '{id}'), '''{}''::jsonb'),
            v_relation,
            hg__legacy_key(v_relation),
            CASE
                WHEN p_ids IS NOT NULL
                    THEN format(
                        'AND (%1$s = ANY ($2::%2$s[]) OR %1$s IS NULL)',
                        hg__legacy_key(v_relation), v_type
                    )
                ELSE ''
            END
        )
        USING p_at, p_ids;
    END LOOP;
END
$hg__legacy_take_orphans$;

REVOKE ALL ON FUNCTION hg__legacy_take_orphans FROM public;
