-- The tables of ours that know learners: each that has a column user_id, and that column's type.
-- Found in the catalog, so that a table that is added is erased and exported with the others.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__learner_tables(OUT o_table regclass, OUT o_type regtype)
RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__learner_tables$
BEGIN
    RETURN QUERY
    SELECT c.oid::regclass, a.atttypid::regtype
    FROM pg_class AS l
    INNER JOIN pg_class AS c ON l.relnamespace = c.relnamespace
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
    WHERE l.oid = 'hg_ledger'::regclass
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND starts_with(c.relname, 'hg_')
    AND a.attname = 'user_id' AND NOT a.attisdropped
    ORDER BY c.relname COLLATE "C";
END
$hg__learner_tables$;

REVOKE ALL ON FUNCTION hg__learner_tables FROM public;
