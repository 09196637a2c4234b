-- All that is known of some learners, in the order of their ids: o_source is one object each, with
-- the columns of users that a document is built from under "user", the stored document under
-- "document", and the rows of every legacy table there is under its name. A document that jsonb
-- cannot hold is missing from it, and o_problem says why; o_text is the document as written.
-- The joins are made in the order in which they are written: to look for a better one takes longer
-- than a step's learners do.
-- Writes: nothing. Calls: hg__legacy_tables, hg__legacy_rows, hg__legacy_relation,
-- hg__legacy_columns, hg__legacy_row_expression. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_sources(
    p_ids text[], OUT o_user_id users.id%TYPE, OUT o_source jsonb, OUT o_problem text,
    OUT o_text text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET timezone TO 'UTC'
SET join_collapse_limit TO '1'
SET jit TO 'off'
AS $hg__legacy_sources$
DECLARE
    v_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
    );
    -- NULL: there is no such column.
    v_document_type regtype := (
        SELECT a.atttypid::regtype FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset'
        AND NOT a.attisdropped
    );
    v_is_jsonb boolean := coalesce(v_document_type = 'jsonb'::regtype, false);
    v_lists text;
    v_joins text;
BEGIN
    SELECT
        string_agg(format(', %L, coalesce(%I.list, ''[]'')', n.name, n.name), ''),
        string_agg(
            format(' LEFT JOIN (%s) AS %I ON %I.id = t.id', r.query, n.name, n.name), ''
        )
    INTO v_lists, v_joins
    FROM unnest(hg__legacy_tables()) AS n (name)
    CROSS JOIN LATERAL (
        SELECT hg__legacy_rows(n.name, v_type) AS query
        WHERE hg__legacy_relation(n.name) IS NOT NULL
    ) AS r;

    -- @plpgsql_check_options: security_warnings = off
    FOR o_user_id, o_source, o_text IN EXECUTE format( -- dynamic: which tables there are
        'SELECT t.id, jsonb_build_object(''user'', %s %s %s), %s FROM users AS t %s '
        'WHERE t.id = ANY ($1::%s[]) ORDER BY t.id',
        hg__legacy_row_expression(
            'users', ARRAY['id'] || array_remove(hg__legacy_columns(), 'hidden_grade_asset')
        ),
        v_lists,
        -- What can be read for sure goes in at once.
        CASE WHEN v_is_jsonb THEN ', ''document'', t.hidden_grade_asset' END,
        CASE WHEN v_document_type IS NULL THEN 'NULL' ELSE 't.hidden_grade_asset' END || '::text',
        v_joins, v_type
    )
    USING p_ids
    LOOP
        o_problem := NULL;
        BEGIN
            IF o_text IS NULL THEN
                o_source := o_source - 'document';
            ELSIF NOT v_is_jsonb THEN
                o_source := o_source || jsonb_build_object('document', o_text::jsonb);
            END IF;
        EXCEPTION
            WHEN data_exception OR program_limit_exceeded THEN
                o_problem := sqlerrm;
        END;
        RETURN NEXT;
    END LOOP;
END
$hg__legacy_sources$;

REVOKE ALL ON FUNCTION hg__legacy_sources FROM public;
