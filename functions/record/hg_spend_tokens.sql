-- Spends tokens of a learner, exactly once.
-- Writes: hg_ledger, users. Calls: hg__balance_entry, hg__open_entry, hg__close_entry.
-- Raises: 22023, 55000, LG404, LG409, LG402, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_spend_tokens(
    p_user_id users.id%TYPE,
    p_spend_id uuid,
    p_amount integer,
    p_reason text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_spend_tokens$
DECLARE
    v_open record := hg__open_entry(
        hg__balance_entry(p_user_id, 'spend', p_spend_id, p_amount, p_reason)
    );
BEGIN
    IF v_open.o_repeated IS NOT NULL THEN
        RETURN v_open.o_repeated;
    END IF;
    IF (v_open.o_document #>> '{global_stats,tokens}')::integer < p_amount THEN
        RAISE EXCEPTION 'not enough tokens' USING
            ERRCODE = 'LG402',
            DETAIL = format(
                'The balance is %s, the amount %s.',
                v_open.o_document #>> '{global_stats,tokens}', p_amount
            ),
            HINT = 'Nothing was spent; the learner earns more by completing sessions.';
    END IF;
    RETURN hg__close_entry(v_open.o_entry, v_open.o_document, v_open.o_rules);
END
$hg_spend_tokens$;

REVOKE ALL ON FUNCTION hg_spend_tokens FROM public;
GRANT EXECUTE ON FUNCTION hg_spend_tokens TO hg_app;

COMMENT ON FUNCTION hg_spend_tokens IS
$$Spends tokens of a learner, exactly once: the same id with the same amount and reason returns the
stored receipt with replayed true.

Arguments: p_amount 1-1,000,000 tokens, not more than the balance; p_reason 1-500 characters.
Receipt: id, replayed, kind, tokens, total_tokens_earned, amount, reason, total_tokens_spent.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG409 the id stands for other content, LG402 the balance is less than the amount, LG422
malformed document. After an error nothing has changed.

Example: SELECT hg_spend_tokens(1, gen_random_uuid(), 20, 'a hat for the avatar');

Rules: docs/rules.md$$;
