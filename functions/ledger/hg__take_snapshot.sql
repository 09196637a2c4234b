-- Keeps the document as the fold has it after an activity that is later than all else recorded.
-- Writes: hg_snapshots. Calls: hg__checkpoint. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__take_snapshot(p_entry hg_ledger, p_document jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__take_snapshot$
DECLARE
    v_checkpoint hg_ledger := hg__checkpoint(p_entry.user_id);
BEGIN
    INSERT INTO hg_snapshots (occurred_at, id, user_id, checkpoint_id, document)
    VALUES (
        p_entry.occurred_at, p_entry.id, p_entry.user_id, v_checkpoint.ledger_id, p_document
    );
END
$hg__take_snapshot$;

REVOKE ALL ON FUNCTION hg__take_snapshot FROM public;
