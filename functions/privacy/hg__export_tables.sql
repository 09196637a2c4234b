-- The rows that our tables hold of a learner, {table: [row]}, and what their columns mean,
-- {table: {about, columns: {column: text}}}. Tables without a row of the learner are left out, the
-- ledger and the snapshots, too: those the export tells in words.
-- Writes: nothing. Calls: hg__learner_tables. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__export_tables(
    p_user_id users.id%TYPE, OUT o_rows jsonb, OUT o_about jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET timezone TO 'UTC'
SET datestyle TO 'ISO'
SET intervalstyle TO 'postgres'
AS $hg__export_tables$
DECLARE
    v_table record;
    v_rows jsonb;
BEGIN
    o_rows := '{}';
    o_about := '{}';
    FOR v_table IN
        SELECT t.o_table, t.o_type
        FROM hg__learner_tables() AS t
        WHERE t.o_table <> ALL ('{hg_ledger,hg_snapshots}'::regclass[])
    LOOP
        EXECUTE format( -- dynamic: which tables there are
            'SELECT jsonb_agg(to_jsonb(t) - ''user_id'' ORDER BY t::text COLLATE "C") '
            'FROM %s AS t WHERE t.user_id = $1::%s', v_table.o_table, v_table.o_type
        )
        INTO v_rows
        USING p_user_id;
        CONTINUE WHEN v_rows IS NULL;
        o_rows := o_rows || jsonb_build_object(v_table.o_table::text, v_rows);
        o_about := o_about || jsonb_build_object(v_table.o_table::text, jsonb_build_object(
            'about', obj_description(v_table.o_table, 'pg_class'),
            'columns', (
                SELECT coalesce(
                    jsonb_object_agg(a.attname, col_description(a.attrelid, a.attnum)), '{}'
                )
                FROM pg_attribute AS a
                WHERE a.attrelid = v_table.o_table AND a.attnum > 0 AND NOT a.attisdropped
                AND a.attname <> 'user_id'
            )
        ));
    END LOOP;
END
$hg__export_tables$;

REVOKE ALL ON FUNCTION hg__export_tables FROM public;
