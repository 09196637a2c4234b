-- Gives a batch of learners who have no document theirs; how many. 0: everybody has one. A batch
-- ends after 40 ms, so that nobody waits long for a row of it. Rows that somebody else holds are
-- passed over, and taken one at a time at the end.
-- Writes: users, hg_ledger, hg_installation. Calls: hg__grade_number, hg__skeleton,
-- hg__install_document. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__install_skeletons() RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
-- The plan has to be a walk along the key from the last id on, not a sort of the table each time.
SET plan_cache_mode TO 'force_custom_plan'
SET enable_sort TO 'off'
AS $hg__install_skeletons$
DECLARE
    v_until timestamptz := clock_timestamp() + interval '40 milliseconds';
    v_version integer := (SELECT i.rules_version FROM hg_installation AS i);
    v_after users.id%TYPE := (SELECT i.skeletons_after FROM hg_installation AS i);
    v_skeletons jsonb := '{}';
    v_key text;
    v_learner record;
    v_done integer := 0;
BEGIN
    FOR v_learner IN
        SELECT u.id, hg__grade_number(u.grade::text) AS grade
        FROM users AS u
        WHERE u.hidden_grade_asset IS NULL AND (v_after IS NULL OR u.id > v_after)
        ORDER BY u.id
        LIMIT 1000
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        -- One skeleton for each grade serves the batch.
        v_key := coalesce(v_learner.grade::text, '');
        IF NOT v_skeletons ? v_key THEN
            v_skeletons := v_skeletons
                || jsonb_build_object(v_key, hg__skeleton(v_version, v_learner.grade));
        END IF;
        PERFORM hg__install_document(
            v_learner.id, v_skeletons -> v_key, v_version, v_learner.grade
        );
        v_after := v_learner.id;
        v_done := v_done + 1;
        EXIT WHEN clock_timestamp() > v_until;
    END LOOP;
    IF v_done > 0 THEN
        UPDATE hg_installation AS i SET skeletons_after = v_after::text;
        RETURN v_done;
    END IF;

    SELECT u.id INTO v_after FROM users AS u WHERE u.hidden_grade_asset IS NULL LIMIT 1;
    IF NOT found THEN
        RETURN 0;
    END IF;
    SELECT u.id, hg__grade_number(u.grade::text) AS grade
    INTO v_learner
    FROM users AS u
    WHERE u.id = v_after AND u.hidden_grade_asset IS NULL
    FOR NO KEY UPDATE;
    IF found THEN
        PERFORM hg__install_document(
            v_learner.id, hg__skeleton(v_version, v_learner.grade), v_version, v_learner.grade
        );
    END IF;
    RETURN 1;
END
$hg__install_skeletons$;

REVOKE ALL ON FUNCTION hg__install_skeletons FROM public;
