-- The next learners whose older columns are made equal to the staged documents, and whose history
-- is kept for verify, in the order of their ids; how many were looked at, 0: that was all.
-- Writes: hg_legacy_run, and as hg__legacy_freeze, hg__legacy_equalise. Calls: hg__legacy_next_ids,
-- hg__legacy_freeze, hg__legacy_equalise. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_equalise_next(p_run hg_legacy_run) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_equalise_next$
DECLARE
    v_ids text[] := hg__legacy_next_ids(p_run.after_id, 500);
BEGIN
    -- First: it locks nobody, and what changes after it is marked, and kept again.
    PERFORM hg__legacy_freeze(v_ids);
    PERFORM hg__legacy_equalise(v_ids);
    UPDATE hg_legacy_run AS r
    SET after_id = v_ids[cardinality(v_ids)], equalised = v_ids = '{}';
    RETURN cardinality(v_ids);
END
$hg__legacy_equalise_next$;

REVOKE ALL ON FUNCTION hg__legacy_equalise_next FROM public;
