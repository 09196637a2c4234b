-- Moves the beginning of a learner's ledger forward: what had been recorded by the horizon, up to
-- the first place that something recorded later depends on, is folded into one checkpoint, which
-- takes the place and the ledger_id of the one that folding began with. No document changes by
-- it, neither the stored one nor a later one; the moves between modules that went with the rows
-- are carried by the checkpoint. Pauses stay: the streak looks back at them. Returns how many rows
-- went; a learner whom another session holds is left for the next time.
-- Writes: hg_ledger, hg_snapshots. Calls: hg__checkpoint, hg__first_kept, hg__fold_retained,
-- hg__cross_whole. Raises: LG422.
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
    v_retained record;
    v_replaced boolean;
    v_rows integer;
    v_reversals integer;
BEGIN
    PERFORM FROM users AS u WHERE u.id = p_user_id FOR NO KEY UPDATE SKIP LOCKED;
    v_old := hg__checkpoint(p_user_id, p_horizon);
    IF NOT found OR v_old.id IS NULL THEN
        RETURN 0;
    END IF;

    v_kept := hg__first_kept(v_old, p_horizon);
    v_retained := hg__fold_retained(
        v_old, p_horizon, v_kept.o_at, v_kept.o_occurred_at, v_kept.o_id
    );
    v_new := v_retained.o_checkpoint;
    -- Also where nothing is folded: what stands before the checkpoint goes.
    v_replaced := v_retained.o_folded > 0 OR EXISTS (
        SELECT FROM hg_ledger AS l
        WHERE l.user_id = p_user_id AND l.ledger_id < v_old.ledger_id
        AND l.kind NOT IN ('pause', 'reversal')
    );
    IF v_replaced THEN
        v_new.details := coalesce(v_old.details, '{}') || jsonb_build_object(
            'cross_module', hg__cross_whole(v_old, v_kept.o_occurred_at, v_kept.o_id)
        );
    END IF;

    DELETE FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.recorded_at <= p_horizon
    AND l.kind NOT IN ('pause', 'reversal')
    AND (
        l.ledger_id < v_old.ledger_id
        OR (l.ledger_id = v_old.ledger_id AND v_replaced)
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
    IF v_retained.o_folded > 0 THEN
        v_new.id := gen_random_uuid();
        v_new.kind := 'retention';
        v_new.recorded_by := session_user;
        DELETE FROM hg_snapshots AS s
        WHERE s.user_id = p_user_id AND s.occurred_at <= v_new.occurred_at;
    END IF;
    IF v_replaced THEN
        INSERT INTO hg_ledger OVERRIDING SYSTEM VALUE VALUES ((v_new).*);
        v_rows := v_rows - 1;
    END IF;
    RETURN v_rows + v_reversals;
END
$hg__prune_learner$;

REVOKE ALL ON FUNCTION hg__prune_learner FROM public;
