-- The rows that a legacy table has of some learners: an object, id -> rows in the order of their
-- ids (of module_history in that of completed_at); NULL: there is no such table. p_ids are ids as
-- text; a user_id of another type is compared as users.id's.
-- Writes: nothing. Calls: hg__legacy_relation, hg__legacy_user_id,
-- hg__legacy_row_expression. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_rows(p_table text, p_ids text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_rows$
DECLARE
    v_relation regclass := hg__legacy_relation(p_table);
    v_type text := (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
    );
    v_same_type boolean;
    v_rows jsonb;
BEGIN
    IF v_relation IS NULL THEN
        RETURN NULL;
    END IF;
    v_same_type := (
        SELECT format_type(a.atttypid, a.atttypmod) = v_type
        OR (
            a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
            AND v_type IN ('smallint', 'integer', 'bigint')
        )
        FROM pg_attribute AS a
        WHERE a.attrelid = v_relation AND a.attname = 'user_id'
    );
    EXECUTE format( -- dynamic: which table there is, and of which type its keys are
        'SELECT coalesce(jsonb_object_agg(g.id, g.list), ''{}'') FROM ('
        'SELECT x.id, jsonb_agg(x.r ORDER BY %1$s x.r -> ''id'') AS list FROM ('
        'SELECT (%2$s)::text AS id, %3$s AS r FROM %4$s AS t WHERE %2$s = ANY ($1::%5$s[])'
        ') AS x GROUP BY x.id) AS g',
        CASE p_table WHEN 'module_history' THEN 'x.r ->> ''completed_at'', ' ELSE '' END,
        CASE WHEN v_same_type THEN 't.user_id' ELSE 'hg__legacy_user_id(t.user_id::text)' END,
        hg__legacy_row_expression(v_relation), v_relation, v_type
    )
    INTO v_rows
    USING p_ids;
    RETURN v_rows;
END
$hg__legacy_rows$;

REVOKE ALL ON FUNCTION hg__legacy_rows FROM public;
