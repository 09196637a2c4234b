-- A spend's or a grant's step of the fold. A grant beyond the range of the counters is cut.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_balance(p_document jsonb, p_entry hg_ledger) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_balance$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_amount bigint := (p_entry.details ->> 'amount')::bigint;
    v_earned bigint := least(
        (v_stats ->> 'total_tokens_earned')::bigint
        + CASE WHEN p_entry.kind = 'grant' THEN v_amount ELSE 0 END,
        2147483647
    );
    v_spent bigint := least(
        (v_stats ->> 'total_tokens_spent')::bigint
        + CASE WHEN p_entry.kind = 'spend' THEN v_amount ELSE 0 END,
        2147483647
    );
BEGIN
    RETURN p_document || jsonb_build_object('global_stats', v_stats || jsonb_build_object(
        'tokens', greatest(v_earned - v_spent, 0),
        'total_tokens_earned', v_earned,
        'total_tokens_spent', v_spent
    ));
END
$hg__fold_balance$;

REVOKE ALL ON FUNCTION hg__fold_balance FROM public;
