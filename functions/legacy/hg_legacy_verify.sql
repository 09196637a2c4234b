-- Proves what the import made against a second reading of its sources, which shares no code with
-- the import. It sees everything as of one instant and builds nothing, so it can run beside the old
-- application, and on a standby.
-- Writes: nothing. Calls: hg__legacy_verify_state, hg__check_known, hg__legacy_verify_learners,
-- hg__legacy_next_ids, hg__legacy_verify_clean, hg__legacy_verify_orphans. Raises: 55000, LG404.
CREATE OR REPLACE FUNCTION hg_legacy_verify(p_user_id users.id%TYPE DEFAULT NULL)
RETURNS TABLE (user_id users.id%TYPE, path text, staged jsonb, expected jsonb)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_verify$
#variable_conflict use_column
DECLARE
    v_frozen boolean := hg__legacy_verify_state();
    v_nobody users.id%TYPE;
    v_ids text[];
BEGIN
    IF p_user_id IS NOT NULL THEN
        PERFORM hg__check_known(p_user_id);
        RETURN QUERY
        SELECT d.o_user_id, d.o_path, d.o_staged, d.o_expected
        FROM hg__legacy_verify_learners(ARRAY[p_user_id::text]) AS d
        ORDER BY d.o_path COLLATE "C";
        RETURN;
    END IF;

    v_ids := hg__legacy_next_ids(NULL, 500);
    WHILE v_ids <> '{}' LOOP
        RETURN QUERY
        SELECT d.o_user_id, d.o_path, d.o_staged, d.o_expected
        FROM hg__legacy_verify_learners(hg__legacy_verify_clean(v_ids)) AS d
        ORDER BY d.o_user_id, d.o_path COLLATE "C";
        v_ids := hg__legacy_next_ids(v_ids[cardinality(v_ids)], 500);
    END LOOP;
    IF NOT v_frozen THEN
        RETURN QUERY
        SELECT v_nobody, o.o_path, o.o_staged, o.o_expected
        FROM hg__legacy_verify_orphans() AS o
        ORDER BY o.o_path COLLATE "C";
    END IF;
END
$hg_legacy_verify$;

REVOKE ALL ON FUNCTION hg_legacy_verify FROM public;

COMMENT ON FUNCTION hg_legacy_verify IS
$$Compares what the import made with a second, independent reading of the older tables, columns and
documents; no rows is the proof that all is true. A row is one place where they differ: path, staged
(null: it is not there) and expected (null: it should not be). The path is that of a key in the
staged document, dotted (empty for the whole document); "checkpoint" (staged and expected are how
many there are) and "checkpoint.<path>"; "quarantine"; and "archive.<table>.<id>" for a row of an
older table that the archive lacks, has too much or otherwise. With user_id NULL: rows that are
nobody's.

Learners whom the old application changed since they were built are passed over, until the next
import, verify or cutover has built them; one who is asked for by name is compared as he is. After
the cutover the frozen sources are compared with the checkpoints, and hg_verify() proves the
documents against those.

Arguments: p_user_id the learner, NULL for all (in the order of their ids).
Errors: 55000 there is no import to verify, or its archive was purged (DETAIL which), LG404
unknown learner.

Only the owner may call it.

Example: SELECT * FROM hg_legacy_verify(1);$$;
