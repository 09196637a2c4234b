-- The SQL that gives the rows which a legacy table has of some learners ($1, their ids as text):
-- id, and list, a jsonb array in the order of the rows' ids, of module_history in that of
-- completed_at; NULL: there is no such table. p_type is the type of users.id: a user_id of another
-- type is compared as that.
-- Writes: nothing. Calls: hg__legacy_relation, hg__legacy_row_expression. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_rows(p_table text, p_type text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_rows$
DECLARE
    v_relation regclass := hg__legacy_relation(p_table);
    v_same_type boolean := (
        SELECT format_type(a.atttypid, a.atttypmod) = p_type
        OR (
            a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
            AND p_type IN ('smallint', 'integer', 'bigint')
        )
        FROM pg_attribute AS a
        WHERE a.attrelid = v_relation AND a.attname = 'user_id'
    );
BEGIN
    RETURN format(
        'SELECT x.id, jsonb_agg(x.r ORDER BY %1$s x.r -> ''id'') AS list FROM ('
        'SELECT %2$s AS id, %3$s AS r FROM %4$s AS t WHERE %2$s = ANY ($1::%5$s[])'
        ') AS x GROUP BY x.id',
        CASE p_table WHEN 'module_history' THEN 'x.r ->> ''completed_at'', ' ELSE '' END,
        CASE WHEN v_same_type THEN 't.user_id' ELSE 'hg__legacy_user_id(t.user_id::text)' END,
        hg__legacy_row_expression(v_relation), v_relation, p_type
    );
END
$hg__legacy_rows$;

REVOKE ALL ON FUNCTION hg__legacy_rows FROM public;
