-- The table users as hg_status shows it: how many learners, how many without a document, and how
-- the column is stored. Exact where that is cheap (exact: true), else the planner's estimate. Works
-- whatever type the column has. Of a partitioned table the partitions are taken together; options
-- are those that all of them have.
-- Writes: nothing. Calls: hg__ratio. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_users() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_users$
DECLARE
    c_cheap_pages CONSTANT integer := 10000;  -- 80 MB to read
    v_column pg_attribute%ROWTYPE;
    v_stored record;
    v_options text[];
    v_exact boolean;
    v_learners bigint;
    v_missing bigint;
BEGIN
    SELECT a.* INTO v_column
    FROM pg_attribute AS a
    WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'
    AND NOT a.attisdropped;
    SELECT
        sum(pg_relation_size(c.oid)) AS main_bytes, sum(pg_total_relation_size(c.oid)) AS bytes,
        sum(greatest(c.reltuples, 0)) AS learners,
        count(*) FILTER (WHERE c.relispartition) AS parts,
        coalesce(sum(s.n_tup_upd), 0) AS updates, sum(s.n_tup_hot_upd) AS hot,
        round(sum(greatest(c.reltuples, 0) * d.null_frac)) AS missing
    INTO v_stored
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    LEFT JOIN pg_stat_user_tables AS s ON c.oid = s.relid
    LEFT JOIN pg_stats AS d
        ON n.nspname = d.schemaname AND c.relname = d.tablename
        AND v_column.attname = d.attname AND NOT d.inherited
    WHERE c.relkind = 'r' AND c.oid IN (
        SELECT 'users'::regclass UNION ALL SELECT t.relid FROM pg_partition_tree('users') AS t
    );
    v_options := ARRAY(
        SELECT o.option
        FROM pg_class AS c
        CROSS JOIN unnest(c.reloptions) WITH ORDINALITY AS o (option, place)
        WHERE c.oid IN (
            SELECT 'users'::regclass UNION ALL SELECT t.relid FROM pg_partition_tree('users') AS t
        )
        GROUP BY o.option
        HAVING count(*) = greatest(v_stored.parts, 1)
        ORDER BY min(o.place)
    );

    v_exact := coalesce(v_stored.main_bytes, 0) <= c_cheap_pages * 8192::bigint;
    IF v_exact THEN
        SELECT count(*), count(*) - count(u.hidden_grade_asset)
        INTO v_learners, v_missing
        FROM users AS u;
    ELSE
        v_learners := v_stored.learners;
        v_missing := v_stored.missing;
    END IF;

    RETURN jsonb_build_object(
        'learners', v_learners,
        'without_document', CASE WHEN v_column.attnotnull THEN 0 ELSE v_missing END,
        'exact', v_exact,
        'bytes', coalesce(v_stored.bytes, 0),
        'partitions', v_stored.parts,
        'column_type', format_type(v_column.atttypid, v_column.atttypmod),
        'column_not_null', v_column.attnotnull,
        'compression', CASE v_column.attcompression
            WHEN 'l' THEN 'lz4' WHEN 'p' THEN 'pglz'
            ELSE current_setting('default_toast_compression')
        END,
        'options', to_jsonb(v_options),
        'updates', v_stored.updates,
        'hot_share', hg__ratio(v_stored.hot, v_stored.updates)
    );
END
$hg__status_users$;

REVOKE ALL ON FUNCTION hg__status_users FROM public;
