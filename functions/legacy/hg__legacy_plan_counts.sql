-- What the plan counts in one table of the older application, one pass over it: rows, those without
-- a learner and those of nobody, learners, rows that give a difficulty, rows with a value in each
-- column that has no home ("no_home"), rows of each module's name. What does not apply is null.
-- p_key_type is the type of user_id, p_id_type that of users.id; NULL: there is no such column.
-- Writes: nothing. Calls: hg__legacy_plan_homeless, hg__legacy_plan_key. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_counts(
    p_name text, p_relation regclass, p_key_type text, p_id_type text, p_same_type boolean
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_counts$
DECLARE
    v_columns text[] := ARRAY(
        SELECT a.attname FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped
    );
    v_counts jsonb;
BEGIN
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
            WHEN p_key_type IS NULL THEN 'NULL::bigint'
            ELSE 'count(*) FILTER (WHERE t.user_id IS NULL)'
        END,
        CASE
            WHEN p_key_type IS NULL THEN 'NULL::bigint'
            WHEN p_id_type IS NULL THEN 'count(t.user_id)'
            ELSE 'count(*) FILTER (WHERE t.user_id IS NOT NULL AND u.id IS NULL)'
        END,
        CASE
            -- Counted where one row of each learner counts.
            WHEN p_name = 'ai_analytics' AND p_key_type IS NOT NULL AND p_id_type IS NOT NULL
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
            INNER JOIN pg_attribute AS a ON a.attrelid = p_relation AND a.attname = n.name
            LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE l.source = p_name AND NOT a.attisdropped
        ),
        p_relation,
        CASE
            WHEN p_key_type IS NULL OR p_id_type IS NULL THEN ''
            WHEN p_same_type THEN 'LEFT JOIN users AS u ON u.id = t.user_id'
            ELSE format(
                'LEFT JOIN users AS u ON u.id::text = '
                'hg__legacy_plan_key(t.user_id::text, %L)', p_id_type
            )
        END
    )
    INTO v_counts;
    RETURN v_counts;
END
$hg__legacy_plan_counts$;

REVOKE ALL ON FUNCTION hg__legacy_plan_counts FROM public;
