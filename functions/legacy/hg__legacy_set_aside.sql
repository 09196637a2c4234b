-- Sets a legacy table aside: it gets the name <table>_set_aside, and a view takes its place, with
-- its columns, defaults, comments and grants. Nothing where there is no such table; a backup that
-- serves in its place stays as it is. A few changes of the catalog, no row is touched.
-- Writes: nothing (the schema). Calls: hg__legacy_relation, hg__legacy_view_query,
-- hg__legacy_view_grants, hg__legacy_view_statements, hg__legacy_view_index. Raises: 0A000, 55P03
-- (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_set_aside(p_table text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_set_aside$
DECLARE
    v_relation regclass := hg__legacy_relation(p_table);
    v_table record;
    v_query record;
    v_view regclass;
    v_statements text[];
BEGIN
    SELECT c.relowner, c.relrowsecurity INTO v_table
    FROM pg_class AS c
    WHERE c.oid = v_relation AND c.relname = p_table;
    IF NOT found THEN
        RETURN;
    ELSIF v_table.relrowsecurity THEN
        -- The view reads as its owner, to whom the policies do not apply.
        RAISE EXCEPTION 'a table with row security cannot be set aside' USING
            ERRCODE = 'feature_not_supported',
            DETAIL = format('Row security is enabled on %s.', p_table),
            HINT = format(
                'A view would show every row to everybody. If that may be: ALTER TABLE %I DISABLE '
                'ROW LEVEL SECURITY.', p_table
            );
    END IF;

    EXECUTE format( -- dynamic: which table it is
        'ALTER TABLE %s RENAME TO %I', v_relation, p_table || '_set_aside'
    );
    v_query := hg__legacy_view_query(p_table, v_relation);
    v_statements := ARRAY[format(
        'CREATE VIEW %I AS SELECT %s FROM %s', p_table, v_query.o_columns, v_query.o_from
    )];
    EXECUTE v_statements[1]; -- dynamic: which columns there are
    v_view := p_table::regclass;

    v_statements := ARRAY(
        -- Where one cannot tell a default from a value that was given, it is the table's to add.
        SELECT
            format(
                'ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', v_view, a.attname,
                pg_get_expr(d.adbin, d.adrelid)
            )
        FROM pg_attribute AS a
        INNER JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE a.attrelid = v_relation AND a.attgenerated = ''
        AND NOT (a.attname = 'difficulty_level' AND 'difficulty_level' = ANY (v_query.o_shown))
        UNION ALL
        SELECT
            CASE d.objsubid
                WHEN 0 THEN format('COMMENT ON VIEW %s IS %L', v_view, d.description)
                ELSE format('COMMENT ON COLUMN %s.%I IS %L', v_view, a.attname, d.description)
            END
        FROM pg_description AS d
        LEFT JOIN pg_attribute AS a ON d.objoid = a.attrelid AND d.objsubid = a.attnum
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = v_relation
        UNION ALL
        SELECT
            format(
                'CREATE TRIGGER hg_legacy_write INSTEAD OF INSERT OR UPDATE OR DELETE ON %s '
                'FOR EACH ROW EXECUTE FUNCTION %I(%s)', v_view,
                'hg__legacy_view_write_' || p_table, string_agg(quote_literal(s.statement), ', ')
            )
        FROM unnest(hg__legacy_view_statements(p_table, v_relation, v_view)) AS s (statement)
        WHERE v_query.o_shown <> '{}'
        HAVING count(*) > 0
        UNION ALL
        SELECT
            format(
                'GRANT ALL ON %s TO %I WITH GRANT OPTION', v_view,
                pg_get_userbyid(v_table.relowner)
            )
        WHERE pg_get_userbyid(v_table.relowner) <> current_user
    );
    FOR v_place IN 1..cardinality(v_statements) LOOP
        EXECUTE v_statements[v_place]; -- dynamic: what the table has
    END LOOP;
    PERFORM hg__legacy_view_grants(v_relation, v_view);
    IF p_table = 'ai_analytics' AND v_query.o_shown <> '{}' THEN
        PERFORM hg__legacy_view_index(p_table, v_relation);
    END IF;
END
$hg__legacy_set_aside$;

REVOKE ALL ON FUNCTION hg__legacy_set_aside FROM public;
