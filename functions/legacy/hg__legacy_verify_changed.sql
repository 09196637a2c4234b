-- Verifies the learners that were built again since the last verification, in place of what was
-- found of them before; how many differences there are now of everybody.
-- Writes: hg_legacy_unverified, hg_legacy_differences. Calls: hg__legacy_verify_learners,
-- hg__legacy_verify_clean. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_verify_changed() RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_verify_changed$
DECLARE
    v_ids text[];
BEGIN
    WITH taken AS (
        DELETE FROM hg_legacy_unverified AS v RETURNING v.user_id
    )
    SELECT coalesce(array_agg(DISTINCT t.user_id::text), '{}') INTO v_ids FROM taken AS t;
    DELETE FROM hg_legacy_differences AS d WHERE d.user_id::text = ANY (v_ids);
    FOR v_first IN 1 .. cardinality(v_ids) BY 500 LOOP
        INSERT INTO hg_legacy_differences (user_id, path, staged, expected)
        SELECT d.o_user_id, d.o_path, d.o_staged, d.o_expected
        FROM hg__legacy_verify_learners(
            hg__legacy_verify_clean(v_ids[v_first:v_first + 499])
        ) AS d;
    END LOOP;
    RETURN (SELECT count(*) FROM hg_legacy_differences AS d);
END
$hg__legacy_verify_changed$;

REVOKE ALL ON FUNCTION hg__legacy_verify_changed FROM public;
