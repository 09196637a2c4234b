-- Moves the beginning of a learner's ledger forward: what had been recorded by the horizon, up to
-- the first place that something recorded later depends on, is folded into one checkpoint, which
-- takes the place and the ledger_id of the one that folding began with. No document changes by
-- it, neither the stored one nor a later one. Pauses stay: the streak looks back at them. Returns
-- how many rows went; a learner whom another session holds is left for the next time.
-- Writes: hg_ledger, hg_snapshots. Calls: hg__checkpoint, hg__checkpoint_document,
-- hg__first_kept, hg__history, hg__fold_step. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__prune_learner(
    p_user_id users.id%TYPE, p_horizon timestamptz
) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__prune_learner$
DECLARE
    v_old hg_ledger;
    v_new hg_ledger;
    v_kept record;
    v_entry hg_ledger;
    v_step record;
    v_folded integer := 0;
    v_rows integer;
    v_reversals integer;
BEGIN
    PERFORM FROM users AS u WHERE u.id = p_user_id FOR NO KEY UPDATE SKIP LOCKED;
    v_old := hg__checkpoint(p_user_id, p_horizon);
    IF NOT found OR v_old.id IS NULL THEN
        RETURN 0;
    END IF;

    v_kept := hg__first_kept(v_old, p_horizon);
    v_new := v_old;
    v_new.document := hg__checkpoint_document(v_old);
    FOR v_entry IN SELECT h.* FROM hg__history(v_old, p_recorded_by => p_horizon) AS h LOOP
        CONTINUE WHEN v_entry.kind = 'pause';
        EXIT WHEN (
            greatest(v_entry.occurred_at, v_old.occurred_at), v_entry.occurred_at, v_entry.id
        ) >= (v_kept.o_at, v_kept.o_occurred_at, v_kept.o_id);
        v_step := hg__fold_step(v_new.document, v_entry, v_old.occurred_at);
        v_new.document := v_step.o_document;
        v_new.occurred_at := greatest(v_entry.occurred_at, v_old.occurred_at);
        v_new.recorded_at := greatest(v_new.recorded_at, v_entry.recorded_at);
        v_new.rules_version := v_entry.rules_version;
        v_new.user_grade := v_entry.user_grade;
        v_folded := v_folded + 1;
    END LOOP;

    DELETE FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.recorded_at <= p_horizon
    AND l.kind NOT IN ('pause', 'reversal')
    AND (
        l.ledger_id < v_old.ledger_id
        OR (l.ledger_id = v_old.ledger_id AND v_folded > 0)
        OR (
            l.ledger_id > v_old.ledger_id AND (
                greatest(l.occurred_at, v_old.occurred_at), l.occurred_at, l.id
            ) < (v_kept.o_at, v_kept.o_occurred_at, v_kept.o_id)
        )
    );
    GET DIAGNOSTICS v_rows := ROW_COUNT;
    -- A reversal goes after what it reverses: without it that would be alive again.
    DELETE FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.recorded_at <= p_horizon AND l.kind = 'reversal'
    AND NOT EXISTS (
        SELECT FROM hg_ledger AS a
        WHERE a.user_id = p_user_id AND a.id = (l.details ->> 'activity_id')::uuid
    );
    GET DIAGNOSTICS v_reversals := ROW_COUNT;
    IF v_folded > 0 THEN
        v_new.id := gen_random_uuid();
        v_new.kind := 'retention';
        v_new.recorded_by := session_user;
        INSERT INTO hg_ledger OVERRIDING SYSTEM VALUE VALUES ((v_new).*);
        DELETE FROM hg_snapshots AS s
        WHERE s.user_id = p_user_id AND s.occurred_at <= v_new.occurred_at;
        v_rows := v_rows - 1;
    END IF;
    RETURN v_rows + v_reversals;
END
$hg__prune_learner$;

REVOKE ALL ON FUNCTION hg__prune_learner FROM public;
