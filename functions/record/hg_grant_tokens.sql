-- Gives tokens to a learner, exactly once; no daily cap applies.
-- Writes: hg_ledger, users. Calls: hg__balance_entry, hg__open_entry, hg__close_entry.
-- Raises: 22023, 55000, LG404, LG409, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_grant_tokens(
    p_user_id users.id%TYPE,
    p_grant_id uuid,
    p_amount integer,
    p_reason text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_grant_tokens$
DECLARE
    v_open record := hg__open_entry(
        hg__balance_entry(p_user_id, 'grant', p_grant_id, p_amount, p_reason)
    );
BEGIN
    IF v_open.o_repeated IS NOT NULL THEN
        RETURN v_open.o_repeated;
    END IF;
    RETURN hg__close_entry(v_open.o_entry, v_open.o_document, v_open.o_rules);
END
$hg_grant_tokens$;

REVOKE ALL ON FUNCTION hg_grant_tokens FROM public;
GRANT EXECUTE ON FUNCTION hg_grant_tokens TO hg_app;

COMMENT ON FUNCTION hg_grant_tokens IS
$$Gives tokens to a learner, exactly once: the same id with the same amount and reason returns the
stored receipt with replayed true. Grants add to total_tokens_earned, not daily_tokens; no cap
applies.

Arguments: p_amount 1-1,000,000 tokens; p_reason 1-500 characters.
Receipt: id, replayed, kind, tokens, total_tokens_earned, amount, reason, tokens_awarded,
capped_by (null, or range where the counter's range cut the amount).
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG409 the id stands for other content, LG422 malformed document. After an error nothing
has changed.

Example: SELECT hg_grant_tokens(1, gen_random_uuid(), 50, 'won the class quiz');

Rules: docs/rules.md$$;
