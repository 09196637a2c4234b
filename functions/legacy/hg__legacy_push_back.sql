-- Writes what the views show of some learners' documents into the tables that were set aside, so
-- that these hold today's values when they come back; how many rows differed. The learners are
-- locked.
-- Writes: the tables that were set aside. Calls: hg__legacy_user_id, hg__legacy_view_base,
-- hg__legacy_view_query, hg__legacy_view_learner. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_push_back(p_ids text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_push_back$
DECLARE
    v_ids text[] := ARRAY(
        SELECT l.id::text
        FROM (
            SELECT u.id
            FROM users AS u
            WHERE u.id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id))
            ORDER BY u.id
            FOR NO KEY UPDATE
        ) AS l
    );
    v_table text;
    v_relation regclass;
    v_query record;
    v_mine text;
    v_columns record;
    v_statements text[];
    v_rows bigint;
    v_written bigint := 0;
BEGIN
    FOREACH v_table IN ARRAY '{subject_mastery,ai_analytics}'::text[] LOOP
        v_relation := hg__legacy_view_base(v_table);
        CONTINUE WHEN v_relation IS NULL;
        v_query := hg__legacy_view_query(v_table, v_relation);
        CONTINUE WHEN v_query.o_shown = '{}';
        v_mine := (
            SELECT
                format(
                    '%s = ANY ($1::%s[])', l.o_learner,
                    CASE
                        WHEN l.o_id = 'u.id' THEN format_type(a.atttypid, a.atttypmod)
                        ELSE 'text'
                    END
                )
            FROM hg__legacy_view_learner(v_relation) AS l
            INNER JOIN pg_attribute AS a ON a.attrelid = 'users'::regclass AND a.attname = 'id'
        );
        SELECT
            string_agg(format('%1$I = v.%1$I', c.name), ', ') AS changes,
            string_agg(format('w.%I', c.name), ', ') AS stored,
            string_agg(format('v.%I', c.name), ', ') AS shown
        INTO v_columns
        FROM unnest(v_query.o_shown) AS c (name);
        v_statements[1] := format(
            'SELECT FROM %s AS t WHERE %s FOR NO KEY UPDATE', v_relation, v_mine
        );
        v_statements[2] := format(
            'UPDATE %1$s AS w SET %2$s FROM (SELECT t.tableoid AS hg_part, t.ctid AS hg_place, '
            '%3$s FROM %4$s WHERE %5$s OFFSET 0) AS v '
            'WHERE w.tableoid = v.hg_part AND w.ctid = v.hg_place '
            'AND ROW(%6$s)::text IS DISTINCT FROM ROW(%7$s)::text',
            v_relation, v_columns.changes, v_query.o_columns, v_query.o_from, v_mine,
            v_columns.stored, v_columns.shown
        );
        EXECUTE v_statements[1] USING v_ids; -- dynamic: which table there is
        EXECUTE v_statements[2] USING v_ids; -- dynamic: which columns there are
        GET DIAGNOSTICS v_rows = ROW_COUNT;
        v_written := v_written + v_rows;
    END LOOP;
    RETURN v_written;
END
$hg__legacy_push_back$;

REVOKE ALL ON FUNCTION hg__legacy_push_back FROM public;
