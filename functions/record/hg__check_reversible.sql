-- Refuses to reverse what a checkpoint has taken in: nobody can say any more what of its document
-- the activity made.
-- Writes: nothing. Calls: hg__checkpoint, hg__exact_instant_text. Raises: 55000.
CREATE OR REPLACE FUNCTION hg__check_reversible(p_activity hg_ledger) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_reversible$
DECLARE
    v_checkpoint hg_ledger := hg__checkpoint(p_activity.user_id);
BEGIN
    IF p_activity.ledger_id < v_checkpoint.ledger_id THEN
        RAISE EXCEPTION 'the activity is part of a checkpoint' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format(
                'It was recorded at %s, the document written as a whole at %s (%s).',
                hg__exact_instant_text(p_activity.recorded_at),
                hg__exact_instant_text(v_checkpoint.recorded_at), v_checkpoint.kind
            ),
            HINT = 'Correct the balance with hg_grant_tokens or hg_spend_tokens; all else takes '
                'another direct write.';
    END IF;
END
$hg__check_reversible$;

REVOKE ALL ON FUNCTION hg__check_reversible FROM public;
