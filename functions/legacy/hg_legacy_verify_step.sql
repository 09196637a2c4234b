-- One step of make verify, a transaction of its own: the caller commits, and calls again while more
-- is true. First what the old application changed is built, then all learners are walked.
-- Writes: hg_legacy_run, hg_legacy_differences, hg_legacy_unverified, and as the steps do. Calls:
-- hg__raise_argument, hg__legacy_verify_state, hg__legacy_verify_build, hg__legacy_verify_walk.
-- Raises: 22023, 55000, 55P03 (lock_timeout: call again).
CREATE OR REPLACE FUNCTION hg_legacy_verify_step(p_limit integer DEFAULT 500) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_verify_step$
DECLARE
    v_run hg_legacy_run;
    v_frozen boolean;
    v_imported boolean;
    v_step text;
    v_learners integer := 0;
    v_digest text;
    v_after users.id%TYPE;
    v_answer jsonb;
BEGIN
    IF (p_limit BETWEEN 1 AND 10000) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_limit', p_limit::text, 'A limit is 1 to 10,000 learners.');
    END IF;
    -- Two at once take turns here, and with the import.
    SELECT r.* INTO v_run FROM hg_legacy_run AS r FOR UPDATE;
    v_frozen := hg__legacy_verify_state();
    v_imported := (SELECT i.state = 'imported' FROM hg_installation AS i);
    IF v_imported AND v_run.paused AND (
        NOT v_run.swept OR EXISTS (SELECT FROM hg_legacy_dirty AS d WHERE d.everybody)
    ) THEN
        -- Everybody has to be built again first, and nothing is built now.
        v_step := 'paused';
    ELSIF v_imported AND NOT v_run.paused AND (v_run.verify_after IS NULL OR NOT v_run.swept) THEN
        SELECT b.o_step, b.o_learners INTO v_step, v_learners
        FROM hg__legacy_verify_build(v_run) AS b;
    END IF;
    IF v_step IS NULL THEN
        v_step := 'verify';
        SELECT w.o_learners, w.o_digest INTO v_learners, v_digest
        FROM hg__legacy_verify_walk(v_run, v_frozen, p_limit) AS w;
    END IF;

    SELECT r.verify_after INTO v_after FROM hg_legacy_run AS r;
    SELECT jsonb_build_object(
        'step', v_step,
        'learners', v_learners,
        'done', CASE
            WHEN v_digest IS NULL THEN count(*) FILTER (WHERE u.id <= v_after)
            ELSE count(*)
        END,
        'total', count(*),
        'differences', (SELECT count(*) FROM hg_legacy_differences AS d),
        'dirty', CASE
            WHEN v_frozen THEN 0
            WHEN EXISTS (SELECT FROM hg_legacy_dirty AS d WHERE d.everybody) THEN count(*)
            ELSE (SELECT count(DISTINCT d.user_id) FROM hg_legacy_dirty AS d)
        END,
        'more', v_digest IS NULL
    )
    INTO v_answer
    FROM users AS u;
    RETURN v_answer || CASE
        WHEN v_digest IS NOT NULL THEN jsonb_build_object('digest', v_digest)
        WHEN v_step = 'paused' THEN jsonb_build_object(
            'wait_ms', 1000, 'reason', 'paused, until make resume or hg_legacy_resume()'
        )
        ELSE '{}'
    END;
END
$hg_legacy_verify_step$;

REVOKE ALL ON FUNCTION hg_legacy_verify_step FROM public;

COMMENT ON FUNCTION hg_legacy_verify_step IS
$$One step of a verification of everybody: commit, and call again while more is true. make verify
does. What the old application changed is built first (step "changed learners"), then all learners
are walked in the order of their ids (step "verify") as hg_legacy_verify() does it; what is found
stands in the table hg_legacy_differences, in place of what was found before. A step can be
interrupted at any point: the next one goes on. After the last one the next begins anew.

Arguments: p_limit learners in one step, 1-10,000.

Returns {step, learners (of this step), done, total, differences (so far), dirty (learners who are
still to be built: they are not compared, and are when they have been), more}, while the import is
paused and all have to be built again also wait_ms and reason, and with the last step digest, which
is hg_legacy_digest().

Errors: 22023 p_limit out of its domain, 55000 there is no import to verify, or its archive was
purged (DETAIL which), 55P03 with a lock_timeout: a table was in use, call again.

Only the owner may call it.

Example: SELECT hg_legacy_verify_step(1000);$$;
