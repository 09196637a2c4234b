-- Makes the index by which the view finds a learner's newest analysis, where the table has none
-- that serves: without it, reading all of them would read the table once for each. A large table
-- goes without, as nobody may wait for that; make plan says to make one before.
-- Writes: nothing (the schema). Calls: hg__legacy_view_learner. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_index(p_table text, p_relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_index$
DECLARE
    c_largest CONSTANT bigint := 128 * 1024 * 1024;
    v_learner text := (hg__legacy_view_learner(p_relation)).o_learner;
BEGIN
    IF (SELECT c.relkind = 'f' FROM pg_class AS c WHERE c.oid = p_relation)
        OR (
            SELECT sum(pg_relation_size(p.relid)) > c_largest
            FROM pg_partition_tree(p_relation) AS p
        )
        OR v_learner = 't.user_id' AND EXISTS (
            SELECT
            FROM pg_index AS i
            INNER JOIN pg_attribute AS a ON i.indrelid = a.attrelid AND i.indkey[0] = a.attnum
            WHERE i.indrelid = p_relation AND a.attname = 'user_id' AND i.indisvalid
            AND i.indpred IS NULL
        )
    THEN
        RETURN;
    END IF;
    EXECUTE format( -- dynamic: of which type its keys are
        'CREATE INDEX %I ON %s ((%s))', 'hg_legacy_' || p_table || '_by_learner', p_relation,
        replace(v_learner, 't.user_id', 'user_id')
    );
END
$hg__legacy_view_index$;

REVOKE ALL ON FUNCTION hg__legacy_view_index FROM public;
