-- The plan's part on one table of the older application, one pass over it: rows, bytes, the type of
-- user_id and its index (there or missing), rows of nobody, what has no
-- home, names of modules that the catalog does not know.
-- p_use: replaced (a view takes its place), feeds, kept.
-- Writes: nothing. Calls: hg__legacy_plan_relations, hg__legacy_plan_homeless,
-- hg__legacy_plan_key, hg__legacy_plan_catalog, hg__legacy_plan_module. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_table(p_name text, p_use text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_table$
DECLARE
    v_found record;
    v_key_type text;
    v_id_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = to_regclass('users') AND a.attname = 'id' AND NOT a.attisdropped
    );
    v_same_type boolean;
    v_columns text[];
    v_counts jsonb;
BEGIN
    SELECT r.* INTO v_found FROM hg__legacy_plan_relations(p_name) AS r LIMIT 1;
    IF NOT found THEN
        RETURN jsonb_build_object('table', p_name, 'use', p_use, 'found', false);
    END IF;
    SELECT
        array_agg(a.attname::text),
        max(format_type(a.atttypid, a.atttypmod)) FILTER (WHERE a.attname = 'user_id')
    INTO v_columns, v_key_type
    FROM pg_attribute AS a
    WHERE a.attrelid = v_found.relation AND a.attnum > 0 AND NOT a.attisdropped;

    v_same_type := v_key_type = v_id_type OR (
        v_key_type IN ('smallint', 'integer', 'bigint')
        AND v_id_type IN ('smallint', 'integer', 'bigint')
    );
    EXECUTE format( -- dynamic: which tables and columns there are, and the types of the keys
        'SELECT jsonb_build_object('
        '''rows'', coalesce(sum(g.rows), 0), ''without_user'', sum(g.without_user), '
        '''orphans'', sum(g.orphans), ''learners'', sum(g.learners), '
        '''gives'', sum(g.gives), ''no_home'', jsonb_build_object(%s), ''modules'', '
        'jsonb_object_agg(g.name, g.rows) FILTER (WHERE g.name IS NOT NULL)) FROM ('
        'SELECT %s AS name, count(*) AS rows, %s AS without_user, %s AS orphans, '
        '%s AS learners, %s AS gives%s FROM %s AS t %s GROUP BY 1) AS g',
        (
            SELECT
                string_agg(format('%L, coalesce(sum(g.%I), 0)', n.name, 'no_home ' || n.name), ', ')
            FROM hg__legacy_plan_homeless() AS l
            CROSS JOIN unnest(l.names) AS n (name)
            WHERE l.source = p_name AND n.name = ANY (v_columns)
        ),
        CASE
            WHEN p_name = 'module_history' AND 'module_name' = ANY (v_columns)
                THEN 't.module_name::text'
            ELSE 'NULL::text'
        END,
        CASE
            WHEN v_key_type IS NULL THEN 'NULL::bigint'
            ELSE 'count(*) FILTER (WHERE t.user_id IS NULL)'
        END,
        CASE
            WHEN v_key_type IS NULL THEN 'NULL::bigint'
            WHEN v_id_type IS NULL THEN 'count(t.user_id)'
            ELSE 'count(*) FILTER (WHERE t.user_id IS NOT NULL AND u.id IS NULL)'
        END,
        CASE
            -- Counted where one row of each learner counts.
            WHEN p_name = 'ai_analytics' AND v_key_type IS NOT NULL AND v_id_type IS NOT NULL
                THEN 'count(DISTINCT u.id)'
            ELSE 'NULL::bigint'
        END,
        CASE
            WHEN p_name = 'subject_mastery' AND 'difficulty_level' = ANY (v_columns)
                THEN 'count(*) FILTER (WHERE t.difficulty_level::text IN (''2'',''3'',''4'',''5''))'
            ELSE 'NULL::bigint'
        END,
        (
            SELECT
                string_agg(
                    format(
                        ', count(*) FILTER (WHERE t.%I::text NOT IN (%s, '''')) AS %I', n.name,
                        CASE
                            WHEN strpos(pg_get_expr(d.adbin, d.adrelid), '(') = 0
                                THEN format('(%s)::text', pg_get_expr(d.adbin, d.adrelid))
                            ELSE '''false'', ''0'''
                        END, 'no_home ' || n.name
                    ), ''
                )
            FROM hg__legacy_plan_homeless() AS l
            CROSS JOIN unnest(l.names) AS n (name)
            INNER JOIN pg_attribute AS a ON a.attrelid = v_found.relation AND a.attname = n.name
            LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE l.source = p_name AND NOT a.attisdropped
        ),
        v_found.relation::regclass,
        CASE
            WHEN v_key_type IS NULL OR v_id_type IS NULL THEN ''
            WHEN v_same_type THEN 'LEFT JOIN users AS u ON u.id = t.user_id'
            ELSE format(
                'LEFT JOIN users AS u ON u.id::text = '
                'hg__legacy_plan_key(t.user_id::text, %L)', v_id_type
            )
        END
    )
    INTO v_counts;

    RETURN jsonb_build_object(
        'table', p_name,
        'use', p_use,
        'found', true,
        'relation', v_found.relation::text,
        'stored_as', v_found.stored_as,
        'serves', v_found.serves AND p_use <> 'kept',
        'user_id_type', v_key_type,
        'index', CASE
            WHEN EXISTS (
                SELECT FROM pg_index AS i
                INNER JOIN pg_class AS c ON i.indexrelid = c.oid
                INNER JOIN pg_am AS m ON c.relam = m.oid AND m.amname = 'btree'
                LEFT JOIN pg_attribute AS a
                    ON i.indrelid = a.attrelid AND a.attnum = i.indkey[0] AND a.attname = 'user_id'
                WHERE i.indrelid = v_found.relation AND i.indisvalid AND i.indpred IS NULL
                AND (
                    (v_same_type AND a.attname IS NOT NULL)
                    -- Where the types differ, the import's own: of what it reads in the column.
                    OR c.relname = format('hg_legacy_%s_user_id', p_name)
                )
            ) THEN 'there'
            ELSE 'missing'
        END,
        'bytes', pg_total_relation_size(v_found.relation),
        'others', (
            SELECT coalesce(jsonb_agg(
                jsonb_build_object(
                    'relation', r.relation::text, 'stored_as', r.stored_as,
                    'has_user_id', r.has_user_id, 'bytes', pg_total_relation_size(r.relation)
                )
            ), '[]')
            FROM hg__legacy_plan_relations(p_name) AS r
            WHERE r.relation <> v_found.relation
        )
    ) || jsonb_strip_nulls(v_counts - 'modules') || CASE
        WHEN v_counts ->> 'modules' IS NULL THEN '{}'
        ELSE jsonb_build_object('unknown_modules', (
            SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')
            FROM jsonb_each(v_counts -> 'modules') AS m
            WHERE hg__legacy_plan_module(m.key, hg__legacy_plan_catalog()) IS NULL
        ))
    END;
END
$hg__legacy_plan_table$;

REVOKE ALL ON FUNCTION hg__legacy_plan_table FROM public;
