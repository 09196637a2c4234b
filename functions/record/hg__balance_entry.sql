-- The row a spend or a grant is about to become, its arguments checked.
-- Writes: nothing. Calls: hg__check_present, hg__raise_argument, hg__check_reason. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__balance_entry(
    p_user_id users.id%TYPE, p_kind hg_entry_kind, p_id uuid, p_amount integer, p_reason text
) RETURNS hg_ledger
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__balance_entry$
DECLARE
    v_entry hg_ledger%ROWTYPE;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present(
        format('p_%s_id', p_kind), p_id::text,
        format('Give an id of your own, so that a retry is the same %s.', p_kind)
    );
    IF (p_amount BETWEEN 1 AND 1000000) IS NOT TRUE THEN
        PERFORM hg__raise_argument(
            'p_amount', p_amount::text, 'An amount is 1 to 1,000,000 tokens.'
        );
    END IF;
    PERFORM hg__check_reason(p_reason);

    v_entry.user_id := p_user_id;
    v_entry.id := p_id;
    v_entry.kind := p_kind;
    v_entry.details := jsonb_build_object('amount', p_amount, 'reason', p_reason);
    RETURN v_entry;
END
$hg__balance_entry$;

REVOKE ALL ON FUNCTION hg__balance_entry FROM public;
