-- Learners built again since the verification: their history is kept, their columns are made equal
-- to the documents, and they are verified; how many.
-- Writes: hg_legacy_differences, hg_legacy_unverified, and as hg__legacy_freeze,
-- hg__legacy_equalise. Calls: hg__legacy_freeze, hg__legacy_equalise, hg__legacy_verify_changed.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_catch_up() RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_catch_up$
DECLARE
    v_ids text[] := ARRAY(SELECT DISTINCT v.user_id::text FROM hg_legacy_unverified AS v);
BEGIN
    IF v_ids <> '{}' THEN
        PERFORM hg__legacy_freeze(v_ids);
        PERFORM hg__legacy_equalise(v_ids);
        PERFORM hg__legacy_verify_changed();
    END IF;
    RETURN cardinality(v_ids);
END
$hg__legacy_catch_up$;

REVOKE ALL ON FUNCTION hg__legacy_catch_up FROM public;
