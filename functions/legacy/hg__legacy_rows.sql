-- The SQL that gives the rows which a legacy table has of some learners ($1, their ids as text):
-- id, and list, a jsonb array in the order of the rows' ids, of module_history in that of
-- completed_at; NULL: there is no such table. p_type is the type of users.id: a user_id of another
-- type is compared as that. OFFSET 0, or each row would be made once more for each sort key.
-- Writes: nothing. Calls: hg__legacy_relation, hg__legacy_key, hg__legacy_row_expression.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_rows(p_table text, p_type text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_rows$
DECLARE
    -- Of module_history, which is not archived, no more than is read.
    c_read CONSTANT text[] := '{
        id,module_name,run_type,questions_total,questions_correct,completed_at
    }'::text[];
    v_relation regclass := hg__legacy_relation(p_table);
BEGIN
    RETURN format(
        'SELECT x.id, jsonb_agg(x.r ORDER BY %1$s x.r -> ''id'') AS list FROM ('
        'SELECT %2$s AS id, %3$s AS r FROM %4$s AS t WHERE %2$s = ANY ($1::%5$s[]) '
        'OFFSET 0) AS x GROUP BY x.id',
        CASE p_table WHEN 'module_history' THEN 'x.r ->> ''completed_at'', ' ELSE '' END,
        hg__legacy_key(v_relation),
        hg__legacy_row_expression(v_relation, CASE p_table WHEN 'module_history' THEN c_read END),
        v_relation, p_type
    );
END
$hg__legacy_rows$;

REVOKE ALL ON FUNCTION hg__legacy_rows FROM public;
