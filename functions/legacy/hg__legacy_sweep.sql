-- The next learners of the import's sweep, in the order of their ids: built, and passed. Those whom
-- another session holds are marked and come later. At the end the orphans are archived, and the
-- sweep is over; how many learners it was, 0 at the end.
-- Writes: hg_legacy_run, hg_legacy_dirty, hg_installation, and as hg__legacy_take. Calls:
-- hg__legacy_next_ids, hg__legacy_take, hg__legacy_take_orphans, hg__legacy_user_id.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_sweep(p_run hg_legacy_run) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_sweep$
DECLARE
    v_ids text[] := hg__legacy_next_ids(p_run.after_id, p_run.batch);
BEGIN
    IF v_ids = '{}' THEN
        PERFORM hg__legacy_take_orphans(p_run.started_at);
        UPDATE hg_legacy_run AS r
        SET swept = true, after_id = NULL, equalised = false, finished_at = clock_timestamp();
        UPDATE hg_installation AS i SET state = 'imported';
        -- The verification reads what was written just now.
        ANALYZE (SKIP_LOCKED) users, hg_ledger, hg_legacy_archive;
        RETURN 0;
    END IF;
    INSERT INTO hg_legacy_dirty (user_id, everybody)
    SELECT hg__legacy_user_id(h.id), false
    FROM unnest(hg__legacy_take(v_ids, p_run.started_at)) AS h (id);
    UPDATE hg_legacy_run AS r
    SET after_id = v_ids[cardinality(v_ids)], learners = r.learners + cardinality(v_ids);
    RETURN cardinality(v_ids);
END
$hg__legacy_sweep$;

REVOKE ALL ON FUNCTION hg__legacy_sweep FROM public;
