-- Learners that the old application changed since they were built, at most so many changes: built
-- anew; how many changes. Those whom another session holds are marked again; what was stored of
-- learners who are gone goes. A TRUNCATE means everybody: the sweep begins again.
-- Writes: hg_legacy_dirty, hg_legacy_unverified, hg_legacy_run, and as hg__legacy_take. Calls:
-- hg__legacy_take, hg__legacy_take_orphans, hg__legacy_forget, hg__legacy_user_id.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_take_dirty(p_run hg_legacy_run) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_take_dirty$
DECLARE
    v_taken record;
    v_held text[];
BEGIN
    -- Somebody who plays just now has many changes side by side: they are built once for them.
    WITH near AS MATERIALIZED (
        SELECT n.dirty_id, n.user_id
        FROM hg_legacy_dirty AS n
        ORDER BY n.dirty_id
        LIMIT 50 * p_run.batch
    ),

    chosen AS (
        SELECT n.user_id
        FROM near AS n
        GROUP BY n.user_id
        ORDER BY min(n.dirty_id)
        LIMIT p_run.batch
    ),

    gone AS (
        DELETE FROM hg_legacy_dirty AS d
        WHERE d.dirty_id IN (
            SELECT n.dirty_id
            FROM near AS n
            INNER JOIN chosen AS c ON (n.user_id IS NOT DISTINCT FROM c.user_id)
        )
        RETURNING d.user_id, d.everybody
    )

    SELECT
        count(*)::integer AS changes,
        coalesce(bool_or(g.everybody), false) AS everybody,
        coalesce(bool_or(u.id IS NULL), false) AS orphans,
        coalesce(array_agg(DISTINCT u.id::text) FILTER (WHERE u.id IS NOT NULL), '{}') AS ids,
        coalesce(array_agg(DISTINCT g.user_id::text) FILTER (WHERE u.id IS NULL), '{}') AS gone
    INTO v_taken
    FROM gone AS g
    LEFT JOIN users AS u ON g.user_id = u.id;

    IF v_taken.everybody THEN
        UPDATE hg_legacy_run AS r
        SET started_at = clock_timestamp(), swept = false, after_id = NULL, verified_at = NULL;
    ELSIF v_taken.orphans THEN
        PERFORM hg__legacy_forget(v_taken.gone, false, p_run.started_at);
        PERFORM hg__legacy_take_orphans(p_run.started_at, v_taken.gone);
    END IF;
    v_held := hg__legacy_take(v_taken.ids, p_run.started_at);
    INSERT INTO hg_legacy_dirty (user_id, everybody)
    SELECT hg__legacy_user_id(h.id), false FROM unnest(v_held) AS h (id);
    INSERT INTO hg_legacy_unverified (user_id)
    SELECT hg__legacy_user_id(t.id)
    FROM (
        SELECT i.id FROM unnest(v_taken.ids || v_taken.gone) AS i (id)
        EXCEPT
        SELECT h.id FROM unnest(v_held) AS h (id)
    ) AS t
    WHERE t.id IS NOT NULL;
    UPDATE hg_legacy_run AS r
    SET learners = r.learners + cardinality(v_taken.ids) - cardinality(v_held);
    RETURN v_taken.changes;
END
$hg__legacy_take_dirty$;

REVOKE ALL ON FUNCTION hg__legacy_take_dirty FROM public;
