-- What verify builds first: learners that the old application changed since they were built, a
-- batch a call, or everybody where that is due. The step for its answer; NULL: nothing is left, or
-- only what other sessions hold or bring faster than it is built.
-- Writes: hg_legacy_run, and as the steps do. Calls: hg__legacy_take_dirty, hg__legacy_sweep.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_verify_build(
    p_run hg_legacy_run, OUT o_step text, OUT o_learners integer
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_verify_build$
DECLARE
    v_before bigint := (SELECT count(*) FROM hg_legacy_dirty AS d);
BEGIN
    IF NOT p_run.swept THEN
        o_step := 'sweep';
        o_learners := hg__legacy_sweep(p_run);
    ELSIF v_before > 0 THEN
        o_learners := hg__legacy_take_dirty(p_run);
        IF (SELECT count(*) FROM hg_legacy_dirty AS d) < v_before THEN
            o_step := 'changed learners';
        END IF;
    END IF;
END
$hg__legacy_verify_build$;

REVOKE ALL ON FUNCTION hg__legacy_verify_build FROM public;
