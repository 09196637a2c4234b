-- Gives tokens to a learner, exactly once; no daily cap applies.
-- Writes: hg_ledger, users. Calls: hg__check_present, hg__check_reason,
-- hg__raise_argument, hg__open_entry, hg__close_entry.
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
SET hg.writing TO 'on'
AS $hg_grant_tokens$
DECLARE
    v_entry hg_ledger%ROWTYPE;
    v_open record;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present(
        'p_grant_id', p_grant_id::text, 'Give an id of your own, so that a retry is the same grant.'
    );
    IF (p_amount BETWEEN 1 AND 1000000) IS NOT TRUE THEN
        PERFORM hg__raise_argument(
            'p_amount', p_amount::text, 'An amount is 1 to 1,000,000 tokens.'
        );
    END IF;
    PERFORM hg__check_reason(p_reason);
    v_entry.user_id := p_user_id;
    v_entry.id := p_grant_id;
    v_entry.kind := 'grant';
    v_entry.details := jsonb_build_object('amount', p_amount, 'reason', p_reason);
    v_open := hg__open_entry(v_entry);
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
