-- All that is known of some learners, in the order of their ids: o_source is one object each, with
-- the columns of users that a document is built from under "user", the stored document under
-- "document", and the rows of every legacy table there is under its name. A document that jsonb
-- cannot hold is missing from it, and o_problem says why.
-- Writes: nothing. Calls: hg__legacy_tables, hg__legacy_rows, hg__legacy_columns,
-- hg__legacy_row_expression, hg__legacy_has_column. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_sources(
    p_ids text[], OUT o_user_id users.id%TYPE, OUT o_source jsonb, OUT o_problem text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_sources$
DECLARE
    v_tables jsonb := (
        SELECT jsonb_object_agg(t.name, t.rows)
        FROM (
            SELECT n.name, hg__legacy_rows(n.name, p_ids) AS rows
            FROM unnest(hg__legacy_tables()) AS n (name)
        ) AS t
        WHERE t.rows IS NOT NULL
    );
    v_columns jsonb;
    v_document json;
BEGIN
    FOR o_user_id, v_columns, v_document IN EXECUTE format( -- dynamic: which columns there are
        'SELECT t.id, %s AS columns, %s AS document FROM users AS t '
        'WHERE t.id = ANY ($1::%s[]) ORDER BY t.id',
        hg__legacy_row_expression(
            'users', ARRAY['id'] || array_remove(hg__legacy_columns(), 'hidden_grade_asset')
        ),
        CASE
            WHEN hg__legacy_has_column('hidden_grade_asset') THEN 'to_json(t.hidden_grade_asset)'
            ELSE 'NULL::json'
        END,
        (
            SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
            WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
        )
    )
    USING p_ids
    LOOP
        o_problem := NULL;
        o_source := jsonb_build_object('user', v_columns) || coalesce((
            SELECT jsonb_object_agg(t.key, coalesce(t.value -> o_user_id::text, '[]'))
            FROM jsonb_each(v_tables) AS t
        ), '{}');
        BEGIN
            IF v_document IS NOT NULL THEN
                o_source := o_source || jsonb_build_object('document', v_document::jsonb);
            END IF;
        EXCEPTION
            WHEN data_exception THEN
                o_problem := sqlerrm;
        END;
        RETURN NEXT;
    END LOOP;
END
$hg__legacy_sources$;

REVOKE ALL ON FUNCTION hg__legacy_sources FROM public;
