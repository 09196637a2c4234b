-- The document of a locked learner after something changed at a place of the history: folded from
-- the latest snapshot before that place, so that it costs what stands after it and not the whole.
-- Snapshots from the place on are no longer true; those that the fold comes by take their place.
-- Writes: hg_snapshots. Calls: hg__checkpoint, hg__fold_ledger, hg__carry_over. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__refold(
    p_user_id users.id%TYPE, p_stored jsonb, p_at timestamptz, p_id uuid, p_arriving hg_ledger,
    OUT o_document jsonb, OUT o_arrived hg_ledger
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__refold$
DECLARE
    v_checkpoint hg_ledger := hg__checkpoint(p_user_id);
    v_start hg_snapshots;
    v_fold record;
BEGIN
    DELETE FROM hg_snapshots AS s
    WHERE s.user_id = p_user_id
    AND (
        (s.occurred_at, s.id) >= (greatest(p_at, v_checkpoint.occurred_at), p_id)
        OR s.checkpoint_id <> v_checkpoint.ledger_id
    );
    SELECT s.* INTO v_start
    FROM hg_snapshots AS s
    WHERE s.user_id = p_user_id
    ORDER BY s.occurred_at DESC, s.id DESC
    LIMIT 1;

    v_fold := hg__fold_ledger(p_user_id, p_arriving, p_start => v_start);
    INSERT INTO hg_snapshots SELECT s.* FROM unnest(v_fold.o_snapshots) AS s;
    o_document := hg__carry_over(v_fold.o_document, p_stored);
    o_arrived := v_fold.o_arrived;
END
$hg__refold$;

REVOKE ALL ON FUNCTION hg__refold FROM public;
