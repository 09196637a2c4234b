-- The plan's part on users, one pass over the table: its documents by shape, modules that are the
-- same in several learners, and what each column holds; {"found": false} without the table.
-- Writes: nothing. Calls: hg__legacy_plan_columns, hg__legacy_plan_catalog,
-- hg__legacy_plan_document, hg__legacy_plan_shapes. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_users() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_users$
DECLARE
    v_users regclass := to_regclass('users');
    v_id_type text;
    v_document name;
    v_type text;
    v_counts jsonb;
BEGIN
    -- Between cutover and finalize the old document waits under another name.
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) INTO v_document, v_type
    FROM pg_attribute AS a
    WHERE a.attrelid = v_users AND NOT a.attisdropped
    AND a.attname IN ('hidden_grade_asset_old', 'hidden_grade_asset')
    ORDER BY a.attname DESC
    LIMIT 1;
    SELECT format_type(a.atttypid, a.atttypmod) INTO v_id_type
    FROM pg_attribute AS a
    WHERE a.attrelid = v_users AND a.attname = 'id' AND NOT a.attisdropped;
    IF v_id_type IS NULL THEN
        RETURN jsonb_build_object('found', false, 'rows', 0, 'columns', jsonb_build_array());
    END IF;

    EXECUTE format( -- dynamic: which columns there are
        'WITH learner AS MATERIALIZED (SELECT d.o_shapes AS shapes, d.o_blocks AS blocks, '
        'pg_column_size(%s) AS bytes%s '
        'FROM users AS t CROSS JOIN LATERAL hg__legacy_plan_document(%s, $1) AS d), '
        'copies AS MATERIALIZED (SELECT h.hash, count(*) AS times FROM learner AS l '
        'CROSS JOIN unnest(l.blocks) AS h (hash) GROUP BY h.hash HAVING count(*) > 1) '
        'SELECT jsonb_build_object('
        '''rows'', (SELECT count(*) FROM learner), '
        '''bytes'', (SELECT coalesce(sum(l.bytes), 0) FROM learner AS l), '
        '''shapes'', (SELECT coalesce(jsonb_object_agg(s.shape, s.learners), ''{}'') FROM ('
        'SELECT s.shape, count(*) AS learners FROM learner AS l '
        'CROSS JOIN unnest(l.shapes) AS s (shape) GROUP BY s.shape) AS s), '
        '''same_blocks'', (SELECT jsonb_build_object(''blocks'', count(*), '
        '''most'', coalesce(max(c.times), 0), '
        '''learners'', (SELECT count(DISTINCT l.number) FROM ('
        'SELECT row_number() OVER () AS number, l.blocks FROM learner AS l) AS l '
        'CROSS JOIN unnest(l.blocks) AS h (hash) INNER JOIN copies AS c ON c.hash = h.hash)) '
        'FROM copies AS c), '
        '''against_columns'', (SELECT count(*) FROM learner AS l WHERE %s), '
        '''columns'', (SELECT to_jsonb(ARRAY[%s]::jsonb[]) FROM learner AS l))',
        CASE WHEN v_document IS NULL THEN 'NULL::text' ELSE format('t.%I', v_document) END,
        (
            SELECT
                string_agg(
                    format(', %s AS c%s, %s AS e%s', c.code, c.place, c.same, c.place), ''
                    ORDER BY c.place
                )
            FROM hg__legacy_plan_columns() AS c
        ),
        CASE
            WHEN v_document IS NULL THEN 'NULL, NULL'
            WHEN v_type = 'jsonb' THEN format('NULL, t.%I', v_document)
            ELSE format('t.%I::text, NULL', v_document)
        END,
        (
            SELECT coalesce(string_agg(format('l.e%s IS FALSE', c.place), ' OR '), 'false')
            FROM hg__legacy_plan_columns() AS c
            WHERE c.name IN ('questions_answered', 'correct_answers')
        ),
        (
            SELECT
                string_agg(
                    format(
                        'jsonb_build_object(''column'', %L, ''type'', %L, '
                        '''null'', count(*) FILTER (WHERE l.c%s = 0), '
                        '''default'', count(*) FILTER (WHERE l.c%s = 1), '
                        '''other'', count(*) FILTER (WHERE l.c%s = 2), '
                        '''in_document'', count(l.e%s), '
                        '''equal'', count(*) FILTER (WHERE l.e%s), '
                        '''finalize_may_drop'', %L::boolean)',
                        c.name, c.type, c.place, c.place, c.place, c.place, c.place, c.finalize
                    ), ', ' ORDER BY c.place
                )
            FROM hg__legacy_plan_columns() AS c
        )
    )
    INTO v_counts
    USING hg__legacy_plan_catalog();

    RETURN jsonb_build_object(
        'found', true,
        'rows', v_counts -> 'rows',
        'bytes', pg_total_relation_size(v_users),
        'id_type', v_id_type,
        'document', jsonb_build_object(
            'column', v_document,
            'type', v_type,
            'bytes', v_counts -> 'bytes',
            'shapes', (
                SELECT jsonb_agg(
                    jsonb_build_object(
                        'shape', s.shape, 'becomes', s.becomes, 'note', s.note,
                        'learners', CASE s.shape
                            WHEN 'totals_against_columns' THEN v_counts -> 'against_columns'
                            ELSE coalesce(v_counts -> 'shapes' -> s.shape, '0')
                        END
                    ) ORDER BY s.place
                )
                FROM hg__legacy_plan_shapes() AS s
            ),
            'same_blocks', v_counts -> 'same_blocks'
        ),
        'columns', (
            SELECT coalesce(jsonb_agg(
                c.item || jsonb_build_object('verdict', CASE
                    WHEN v_counts -> 'rows' = '0' THEN 'nobody'
                    WHEN c.item -> 'null' = v_counts -> 'rows' THEN 'all_null'
                    WHEN c.item -> 'other' = '0' THEN 'all_default'
                    WHEN c.item -> 'in_document' = '0' THEN 'used'
                    WHEN c.item -> 'in_document' = c.item -> 'equal' THEN 'equals_document'
                    ELSE 'differs'
                END)
                ORDER BY c.place
            ), '[]')
            FROM jsonb_array_elements(v_counts -> 'columns') WITH ORDINALITY AS c (item, place)
        )
    );
END
$hg__legacy_plan_users$;

REVOKE ALL ON FUNCTION hg__legacy_plan_users FROM public;
