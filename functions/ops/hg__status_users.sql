-- The table users as hg_status shows it: how many learners, how many without a document, and how
-- the column is stored. Exact where that is cheap (exact: true), else the planner's estimate. Works
-- whatever type the column has.
-- Writes: nothing. Calls: hg__ratio. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_users() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_users$
DECLARE
    c_cheap_pages CONSTANT integer := 10000;  -- 80 MB to read
    v_class pg_class%ROWTYPE;
    v_column pg_attribute%ROWTYPE;
    v_changes record;
    v_exact boolean;
    v_learners bigint;
    v_missing bigint;
BEGIN
    SELECT c.* INTO v_class FROM pg_class AS c WHERE c.oid = 'users'::regclass;
    SELECT a.* INTO v_column
    FROM pg_attribute AS a
    WHERE a.attrelid = v_class.oid AND a.attname = 'hidden_grade_asset' AND NOT a.attisdropped;
    SELECT coalesce(sum(s.n_tup_upd), 0) AS updates, sum(s.n_tup_hot_upd) AS hot INTO v_changes
    FROM pg_stat_user_tables AS s
    WHERE s.relid = v_class.oid;

    v_exact := pg_relation_size(v_class.oid) <= c_cheap_pages * 8192::bigint;
    IF v_exact THEN
        SELECT count(*), count(*) - count(u.hidden_grade_asset)
        INTO v_learners, v_missing
        FROM users AS u;
    ELSE
        v_learners := greatest(v_class.reltuples, 0);
        SELECT round(v_learners * s.null_frac) INTO v_missing
        FROM pg_stats AS s
        WHERE s.schemaname = v_class.relnamespace::regnamespace::text
        AND s.tablename = v_class.relname AND s.attname = v_column.attname;
    END IF;

    RETURN jsonb_build_object(
        'learners', v_learners,
        'without_document', CASE WHEN v_column.attnotnull THEN 0 ELSE v_missing END,
        'exact', v_exact,
        'bytes', pg_total_relation_size(v_class.oid),
        'column_type', format_type(v_column.atttypid, v_column.atttypmod),
        'column_not_null', v_column.attnotnull,
        'compression', CASE v_column.attcompression
            WHEN 'l' THEN 'lz4' WHEN 'p' THEN 'pglz'
            ELSE current_setting('default_toast_compression')
        END,
        'options', to_jsonb(coalesce(v_class.reloptions, '{}')),
        'updates', v_changes.updates,
        'hot_share', hg__ratio(v_changes.hot, v_changes.updates)
    );
END
$hg__status_users$;

REVOKE ALL ON FUNCTION hg__status_users FROM public;
