-- One step of the cutover, a transaction of its own.
-- Writes: hg_legacy_run, hg_installation, and as the steps do. Calls: hg__settle,
-- hg__legacy_require_verified, hg__legacy_take_dirty, hg__legacy_catch_up,
-- hg__legacy_equalise_next, hg__legacy_lock, hg__legacy_swap. Raises: 55000, 55P03.
CREATE OR REPLACE FUNCTION hg_legacy_cutover_step(
    p_allow_quarantine boolean DEFAULT false
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_cutover_step$
DECLARE
    c_at_once CONSTANT integer := 20;
    v_run hg_legacy_run;
    v_state text;
    v_settled record;
    v_learners integer;
BEGIN
    SELECT r.* INTO v_run FROM hg_legacy_run AS r FOR UPDATE;
    SELECT i.state INTO v_state FROM hg_installation AS i;
    IF v_state = 'cut_over' AND NOT v_run.rolling_back THEN
        SELECT s.* INTO v_settled FROM hg__settle() AS s;
        RETURN jsonb_build_object(
            'step', v_settled.step, 'learners', v_settled.rows_done, 'more', v_settled.more
        );
    END IF;
    PERFORM hg__legacy_require_verified(v_state, v_run, coalesce(p_allow_quarantine, false));

    IF NOT v_run.equalised THEN
        v_learners := hg__legacy_equalise_next(v_run);
        RETURN jsonb_build_object('step', 'columns', 'learners', v_learners, 'more', true);
    END IF;
    v_learners := hg__legacy_take_dirty(v_run) + hg__legacy_catch_up();
    IF (
        SELECT count(*) > c_at_once
        FROM (SELECT DISTINCT d.user_id FROM hg_legacy_dirty AS d LIMIT c_at_once + 1) AS n
    ) THEN
        RETURN jsonb_build_object('step', 'changed learners', 'learners', v_learners, 'more', true);
    END IF;

    -- From here to the end of the transaction nobody reads or writes users.
    PERFORM hg__legacy_lock();
    WHILE hg__legacy_take_dirty(v_run) > 0 LOOP
        NULL;
    END LOOP;
    v_learners := hg__legacy_catch_up();
    SELECT r.* INTO v_run FROM hg_legacy_run AS r;
    PERFORM hg__legacy_require_verified(v_state, v_run, coalesce(p_allow_quarantine, false));
    PERFORM hg__legacy_swap(v_run);
    RETURN jsonb_build_object('step', 'cut over', 'learners', v_learners, 'more', true);
END
$hg_legacy_cutover_step$;

REVOKE ALL ON FUNCTION hg_legacy_cutover_step FROM public;

COMMENT ON FUNCTION hg_legacy_cutover_step IS
$$One step of the cutover to the document, for whoever commits after each and calls again while
more is true, with a short lock_timeout: first the columns of users are made equal to the documents
in batches, then learners that changed meanwhile are built and verified again, then everything
changes places in one short transaction. make cutover and hg_legacy_cutover() do that.

Arguments: p_allow_quarantine: learners in quarantine get the skeleton with the balance, totals,
streak and daily figures of their columns.
Answer: step, learners (in this step), more.
Errors: 55000 the import has not finished or is not verified, the verification found differences,
learners are in quarantine, or a column of users could not follow the document; 55P03 a table was in
use: call again. After an error nothing has changed.

Example: SELECT hg_legacy_cutover_step();$$;
