-- The next learners of a verification, in place of what was found of them before: how many, and
-- whether it is through with everybody. A run that is over, or that began before the documents
-- were last built, begins anew.
-- Writes: hg_legacy_run, hg_legacy_differences, hg_legacy_unverified. Calls:
-- hg__legacy_next_ids, hg__legacy_verify_clean, hg__legacy_verify_learners,
-- hg__legacy_verify_orphans, hg__legacy_verify_changed, hg_legacy_digest. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_verify_walk(
    p_run hg_legacy_run, p_frozen boolean, p_limit integer,
    OUT o_learners integer, OUT o_digest text
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_verify_walk$
DECLARE
    v_started timestamptz := p_run.verify_started_at;
    v_after users.id%TYPE := p_run.verify_after;
    v_last users.id%TYPE;
    v_ids text[];
BEGIN
    IF v_after IS NULL OR greatest(p_run.finished_at, p_run.cut_over_at) > v_started THEN
        v_after := NULL;
        DELETE FROM hg_legacy_unverified;
        UPDATE hg_legacy_run AS r
        SET verify_started_at = clock_timestamp(), verified_at = NULL, verified_digest = NULL;
    END IF;

    v_ids := hg__legacy_next_ids(v_after::text, p_limit);
    o_learners := cardinality(v_ids);
    -- Past the last of them there may be differences of learners who are gone.
    v_last := CASE WHEN o_learners = p_limit THEN v_ids[o_learners] END;
    DELETE FROM hg_legacy_differences AS d
    WHERE (v_after IS NULL OR d.user_id > v_after) AND (v_last IS NULL OR d.user_id <= v_last);
    INSERT INTO hg_legacy_differences (user_id, path, staged, expected)
    SELECT d.o_user_id, d.o_path, d.o_staged, d.o_expected
    FROM hg__legacy_verify_learners(hg__legacy_verify_clean(v_ids)) AS d;
    IF v_last IS NOT NULL THEN
        UPDATE hg_legacy_run AS r SET verify_after = v_last::text;
        RETURN;
    END IF;

    -- Everybody was looked at; those built again meanwhile are now, and what is nobody's.
    DELETE FROM hg_legacy_differences AS d WHERE d.user_id IS NULL;
    IF NOT p_frozen THEN
        INSERT INTO hg_legacy_differences (path, staged, expected)
        SELECT o.o_path, o.o_staged, o.o_expected FROM hg__legacy_verify_orphans() AS o;
    END IF;
    PERFORM hg__legacy_verify_changed();
    o_digest := hg_legacy_digest();
    UPDATE hg_legacy_run AS r
    SET verify_after = NULL, verified_at = clock_timestamp(), verified_digest = o_digest;
    -- Who was built again is off the list now: a cutover makes everybody's columns equal anew.
    UPDATE hg_legacy_run AS r SET equalised = false, after_id = NULL WHERE NOT p_frozen;
END
$hg__legacy_verify_walk$;

REVOKE ALL ON FUNCTION hg__legacy_verify_walk FROM public;
