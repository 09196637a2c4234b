-- One step of the import, a transaction of its own: the caller commits, and calls again while more
-- is true. Compiling (jit) small statements over tables that have no statistics yet would cost more
-- than all else: in this and the other steps it is off.
-- Writes: hg_installation, hg_legacy_run, users (its triggers and columns), and as the steps do.
-- Calls: hg__legacy_import_options, hg__legacy_import_answer, hg__require_document_type,
-- hg__legacy_require_columns, hg__legacy_attach_marks, hg__legacy_add_column,
-- hg__legacy_import_begin, hg__legacy_busy, hg__legacy_take_dirty, hg__legacy_sweep. Raises: 0A000,
-- 22023, 55000, 55P03 (lock_timeout: call again).
CREATE OR REPLACE FUNCTION hg_legacy_import_step(p_options jsonb DEFAULT '{}') RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_import_step$
DECLARE
    -- Below it a step would do little but begin and end.
    c_least_batch CONSTANT integer := 4;
    v_options record := hg__legacy_import_options(p_options);
    v_run hg_legacy_run;
    v_alone boolean;
    v_state text;
    v_marked text;
    v_reason text;
    v_started timestamptz;
    v_until bigint;
    v_more boolean;
    v_taken integer;
    v_after hg_legacy_run;
BEGIN
    -- Of two imports at once one works, and the other comes in as soon as it no longer does.
    SELECT r.* INTO v_run FROM hg_legacy_run AS r FOR UPDATE SKIP LOCKED;
    v_alone := found;
    SELECT i.state INTO v_state FROM hg_installation AS i;
    IF (v_state IN ('pending', 'importing', 'imported')) IS NOT TRUE THEN
        RAISE EXCEPTION 'there is nothing to import' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('The state of the installation is %s.', coalesce(v_state, 'unknown')),
            HINT = 'An import is for an installation that is pending, importing or imported.';
    ELSIF NOT v_alone THEN
        RETURN hg__legacy_import_answer(
            'waiting', 0, true, 20 + floor(random() * 80)::integer,
            'another session is at work on the import'
        );
    ELSIF v_run.paused THEN
        RETURN hg__legacy_import_answer(
            'paused', 0, true, 1000, 'paused, until make resume or hg_legacy_resume()'
        );
    END IF;

    IF v_state = 'pending' THEN
        -- Before the first mark: a column that marks name keeps its type.
        PERFORM hg__require_document_type();
        PERFORM hg__legacy_require_columns();
    END IF;
    v_started := clock_timestamp();
    v_marked := hg__legacy_attach_marks();
    IF v_marked IS NOT NULL THEN
        RETURN hg__legacy_import_answer('marks on ' || v_marked, 0, true);
    ELSIF hg__legacy_add_column() THEN
        RETURN hg__legacy_import_answer('staging column', 0, true);
    ELSIF v_state = 'pending' THEN
        PERFORM hg__legacy_import_begin(v_started);
        RETURN hg__legacy_import_answer('begun', 0, true);
    END IF;

    v_reason := hg__legacy_busy(v_options.o_max_transaction, v_options.o_max_lag);
    v_run.batch := coalesce(v_options.o_batch, v_run.batch);
    IF NOT v_run.swept AND v_run.after_id IS NULL THEN
        -- A sweep begins: the first, or everybody again.
        v_run.learners := 0;
        UPDATE hg_legacy_run AS r SET learners = 0, busy = '0';
    END IF;
    IF v_reason IS NOT NULL THEN
        -- A little goes on: a session that somebody forgot must not stop it for ever.
        v_run.batch := greatest(v_run.batch / 4, 1);
    END IF;
    IF v_run.swept THEN
        -- To the changes that were there when this session began to look at them: there are always
        -- new ones, and learners whom others hold are marked again. Those are the next import's.
        v_until := coalesce(
            nullif(current_setting('hg.import_until', true), '')::bigint,
            (SELECT max(d.dirty_id) FROM hg_legacy_dirty AS d),
            0
        );
        v_taken := hg__legacy_take_dirty(v_run);
    ELSE
        v_taken := hg__legacy_sweep(v_run);
    END IF;
    UPDATE hg_legacy_run AS r
    SET
        busy = r.busy + (clock_timestamp() - v_started),
        -- A batch that was not full says nothing of how many would fit. The aim is below the
        -- target: some learners take longer than others.
        batch = CASE
            WHEN v_options.o_batch IS NOT NULL OR v_reason IS NOT NULL THEN r.batch
            ELSE least(greatest(
                r.batch * least(greatest(
                    0.6 * extract(EPOCH FROM v_options.o_target)
                    / greatest(extract(EPOCH FROM clock_timestamp() - v_started), 0.0001),
                    0.1
                ), CASE WHEN v_taken >= v_run.batch THEN 2 ELSE 1 END),
                c_least_batch
            ), 10000)::integer
        END
    RETURNING r.* INTO v_after;
    v_more := NOT v_run.swept OR NOT v_after.swept
        OR EXISTS (SELECT FROM hg_legacy_dirty AS d WHERE d.dirty_id <= v_until);
    PERFORM set_config('hg.import_until', CASE WHEN v_more THEN v_until::text END, false);
    RETURN hg__legacy_import_answer(
        CASE WHEN v_run.swept THEN 'changed learners' ELSE 'sweep' END,
        v_after.learners - v_run.learners,
        v_more,
        CASE WHEN v_reason IS NULL THEN 0 ELSE 250 END,
        v_reason
    );
END
$hg_legacy_import_step$;

REVOKE ALL ON FUNCTION hg_legacy_import_step FROM public;

COMMENT ON FUNCTION hg_legacy_import_step IS
$$One step of the import: commit, and call again while more is true. make import and CALL
hg_legacy_import() do. The old application goes on meanwhile: what it changes is marked, and built
anew. A step can be interrupted at any point, the next one goes on; of several sessions one works
at a time.

Arguments: p_options an object of batch (1-10,000 learners in each step; without it a step takes as
many as fit target_ms), target_ms (1-10,000, default 50: the longest that a learner's row is held),
max_transaction_seconds (0-86,400, default 60) and max_lag_seconds (0-86,400, default 10): while a
transaction is open longer, or a standby is further behind, steps are small and ask for a pause.

Returns {step, learners (built by this step), done (built since the import began), total (an
estimate, null: unknown), more, wait_ms (how long the caller should wait before the next step),
reason (why, else null), quarantined, dirty (changes that are still to be built, counted
up to 10,000)}.

Errors: 0A000 users.hidden_grade_asset is neither json nor jsonb, 22023 an unknown option or one out
of its domain, 55000 the installation is not pending, importing or imported, or a column of users
could not follow the document after the cutover, 55P03 with a lock_timeout: a table was in use, call
again. After an error nothing has changed.

Only the owner may call it.

Example: SELECT hg_legacy_import_step('{"batch": 100}');$$;
