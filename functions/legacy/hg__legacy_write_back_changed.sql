-- Writes back the learners whose documents changed since they were, at most so many; how many.
-- Writes: hg_legacy_dirty, and as hg__legacy_write_back. Calls: hg__legacy_write_back.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_write_back_changed(p_limit integer) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_write_back_changed$
DECLARE
    v_ids text[];
BEGIN
    WITH gone AS (
        DELETE FROM hg_legacy_dirty AS d
        WHERE d.dirty_id IN (
            SELECT n.dirty_id FROM hg_legacy_dirty AS n ORDER BY n.dirty_id LIMIT p_limit
        )
        RETURNING d.user_id
    )
    SELECT array_agg(DISTINCT g.user_id::text) INTO v_ids FROM gone AS g;
    PERFORM hg__legacy_write_back(v_ids);
    RETURN coalesce(cardinality(v_ids), 0);
END
$hg__legacy_write_back_changed$;

REVOKE ALL ON FUNCTION hg__legacy_write_back_changed FROM public;
