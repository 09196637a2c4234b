-- Learners that the old application changed since they were built, at most so many changes: built
-- anew; how many changes. Those whom another session holds are marked again. A TRUNCATE means
-- everybody: the sweep begins again.
-- Writes: hg_legacy_dirty, hg_legacy_run, and as hg__legacy_take. Calls: hg__legacy_take,
-- hg__legacy_take_orphans, hg__legacy_user_id. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_take_dirty(p_run hg_legacy_run) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_take_dirty$
DECLARE
    v_taken record;
BEGIN
    WITH gone AS (
        DELETE FROM hg_legacy_dirty AS d
        WHERE d.dirty_id IN (
            SELECT n.dirty_id FROM hg_legacy_dirty AS n
            ORDER BY n.dirty_id
            LIMIT p_run.batch
            FOR UPDATE SKIP LOCKED
        )
        RETURNING d.user_id, d.everybody
    )
    SELECT
        count(*)::integer AS changes,
        coalesce(bool_or(g.everybody), false) AS everybody,
        coalesce(bool_or(u.id IS NULL), false) AS orphans,
        coalesce(array_agg(DISTINCT u.id::text) FILTER (WHERE u.id IS NOT NULL), '{}') AS ids
    INTO v_taken
    FROM gone AS g
    LEFT JOIN users AS u ON g.user_id = u.id;

    IF v_taken.everybody THEN
        UPDATE hg_legacy_run AS r SET swept = false, after_id = NULL;
    ELSIF v_taken.orphans THEN
        PERFORM hg__legacy_take_orphans(p_run.started_at);
    END IF;
    INSERT INTO hg_legacy_dirty (user_id, everybody)
    SELECT hg__legacy_user_id(h.id), false
    FROM unnest(hg__legacy_take(v_taken.ids, p_run.started_at)) AS h (id);
    UPDATE hg_legacy_run AS r SET learners = r.learners + cardinality(v_taken.ids);
    RETURN v_taken.changes;
END
$hg__legacy_take_dirty$;

REVOKE ALL ON FUNCTION hg__legacy_take_dirty FROM public;
