-- What the triggers of a view run, generated once: SQL over the table that was set aside, with
-- rows of the view as arguments. In order: lock a row's candidates ($1 the row), find it ($1; its
-- place, the transaction that wrote it, whether it is still as it was, and as it was shown),
-- INSERT ($1), UPDATE ($1 before, $2 after, $3 and $4 the place), DELETE ($1 and $2 the place), the
-- row as the view shows it ($1 and $2 the place); of ai_analytics also a learner's newest row ($1
-- the learner; its place), a stored row ($1 and $2 the place) and a given one ($1) as jsonb.
-- Writes: nothing. Calls: hg__legacy_view_query, hg__legacy_view_has, hg__legacy_view_learner,
-- hg__legacy_view_order, hg__legacy_row_expression. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_statements(
    p_table text, p_relation regclass, p_view regclass
) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_statements$
DECLARE
    c_place CONSTANT text := 't.tableoid = $%s AND t.ctid = $%s';
    v_query record := hg__legacy_view_query(p_table, p_relation);
    v_has_id boolean := hg__legacy_view_has(p_relation, '{id}');
    v_key text;
    v_columns record;
    v_read text[];
BEGIN
    SELECT
        string_agg(format('v.%I', a.attname), ', ' ORDER BY a.attnum)
        FILTER (WHERE NOT s.shown) AS plain_found,
        string_agg(format('(o.r).%I', a.attname), ', ' ORDER BY a.attnum)
        FILTER (WHERE NOT s.shown) AS plain_given,
        string_agg(format('v.%I', a.attname), ', ' ORDER BY a.attnum)
        FILTER (WHERE s.shown) AS shown_found,
        string_agg(format('(o.r).%I', a.attname), ', ' ORDER BY a.attnum)
        FILTER (WHERE s.shown) AS shown_given,
        string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
        FILTER (WHERE a.attgenerated = '') AS targets,
        -- What the view has no default for: what was left out is NULL here.
        string_agg(
            CASE
                WHEN a.attidentity <> ''
                    THEN format(
                        'coalesce((o.r).%I, nextval(%L))', a.attname, q.objid::regclass
                    )
                WHEN a.attname = 'difficulty_level' AND s.shown AND d.adbin IS NOT NULL
                    THEN format(
                        'coalesce((o.r).%I, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)
                    )
                ELSE format('(o.r).%I', a.attname)
            END, ', ' ORDER BY a.attnum
        ) FILTER (WHERE a.attgenerated = '') AS given,
        -- A column that shows the document keeps what is stored until somebody writes it.
        string_agg(
            format(
                CASE
                    WHEN s.shown
                        THEN '%1$I = CASE WHEN (o.r).%1$I::text IS DISTINCT FROM (n.r).%1$I::text '
                            'THEN (n.r).%1$I ELSE t.%1$I END'
                    ELSE '%1$I = (n.r).%1$I'
                END, a.attname
            ), ', ' ORDER BY a.attnum
        ) FILTER (WHERE a.attgenerated = '' AND a.attidentity <> 'a') AS changes,
        CASE WHEN bool_or(a.attidentity = 'a') THEN ' OVERRIDING SYSTEM VALUE' ELSE '' END
        AS overriding,
        bool_or(a.attname = 'id' AND a.attnotnull) AS id_not_null
    INTO v_columns
    FROM pg_attribute AS a
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    LEFT JOIN pg_depend AS q
        ON
            a.attrelid = q.refobjid AND a.attnum = q.refobjsubid AND q.deptype = 'i'
            AND q.refclassid = 'pg_class'::regclass AND q.classid = 'pg_class'::regclass
    CROSS JOIN LATERAL (SELECT a.attname::text = ANY (v_query.o_shown) AS shown) AS s
    WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped;

    v_key := format(
        't.%1$I %2$s (o.r).%1$I', CASE WHEN v_has_id THEN 'id' ELSE 'user_id' END,
        CASE WHEN v_columns.id_not_null THEN '=' ELSE 'IS NOT DISTINCT FROM' END
    );
    v_read := ARRAY[
        format(
            'SELECT FROM (SELECT $1::%s AS r OFFSET 0) AS o CROSS JOIN %s AS t WHERE %s '
            'FOR NO KEY UPDATE OF t', p_view, p_relation, v_key
        ),
        format(
            'SELECT v.hg_part, v.hg_place, v.hg_by, '
            'ROW(%1$s)::text = ROW(%2$s)::text AS same, '
            'ROW(%3$s)::text = ROW(%4$s)::text AS same_shown '
            'FROM (SELECT $1::%5$s AS r OFFSET 0) AS o CROSS JOIN LATERAL ('
            'SELECT t.tableoid AS hg_part, t.ctid AS hg_place, %6$s AS hg_by, %7$s '
            'FROM %8$s WHERE %9$s) AS v ORDER BY 4 DESC, 5 DESC LIMIT 1',
            v_columns.plain_found, v_columns.plain_given, v_columns.shown_found,
            v_columns.shown_given, p_view, CASE WHEN v_has_id THEN 't.xmin' ELSE 'NULL::xid' END,
            v_query.o_columns, v_query.o_from, v_key
        ),
        format(
            'INSERT INTO %s AS t (%s)%s SELECT %s FROM (SELECT $1::%s AS r OFFSET 0) AS o '
            'RETURNING t.tableoid, t.ctid', p_relation, v_columns.targets, v_columns.overriding,
            v_columns.given, p_view
        ),
        format(
            'UPDATE %1$s AS t SET %2$s FROM (SELECT $1::%3$s AS r OFFSET 0) AS o '
            'CROSS JOIN (SELECT $2::%3$s AS r OFFSET 0) AS n WHERE %4$s '
            'RETURNING t.tableoid, t.ctid',
            p_relation, v_columns.changes, p_view, format(c_place, 3, 4)
        ),
        format('DELETE FROM %s AS t WHERE %s', p_relation, format(c_place, 1, 2)),
        format(
            'SELECT %s FROM %s WHERE %s', v_query.o_columns, v_query.o_from, format(c_place, 1, 2)
        )
    ];
    IF p_table = 'ai_analytics' THEN
        v_read := v_read || ARRAY[
            format(
                'SELECT t.tableoid, t.ctid FROM %s AS t WHERE %s = $1 ORDER BY %s LIMIT 1',
                p_relation, (hg__legacy_view_learner(p_relation)).o_learner,
                hg__legacy_view_order(p_relation)
            ),
            format(
                'SELECT %s FROM %s AS t WHERE %s',
                hg__legacy_row_expression(p_relation, v_query.o_shown || 'user_id'::text),
                p_relation, format(c_place, 1, 2)
            ),
            format(
                'SELECT %s FROM (SELECT ($1::%s).*) AS t',
                hg__legacy_row_expression(p_view, v_query.o_shown || 'user_id'::text), p_view
            )
        ];
    END IF;
    RETURN v_read;
END
$hg__legacy_view_statements$;

REVOKE ALL ON FUNCTION hg__legacy_view_statements FROM public;
