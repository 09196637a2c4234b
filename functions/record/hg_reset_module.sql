-- Puts a module's block back to its start; balances stay.
-- Writes: hg_ledger, users, hg_ai_analyses. Calls: hg__check_present, hg__check_reason,
-- hg__open_entry, hg__close_entry.
-- Raises: 22023, 55000, LG404, LG405, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_reset_module(
    p_user_id users.id%TYPE,
    p_module text,
    p_reason text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_reset_module$
DECLARE
    v_entry hg_ledger%ROWTYPE;
    v_open record;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present('p_module', p_module, 'Give the name of a module.');
    PERFORM hg__check_reason(p_reason);
    v_entry.user_id := p_user_id;
    v_entry.id := gen_random_uuid();
    v_entry.kind := 'reset';
    v_entry.module := p_module;
    v_entry.details := jsonb_build_object('reason', p_reason);
    v_open := hg__open_entry(v_entry);
    -- The module's sessions are counted from 0 again.
    UPDATE hg_ai_analyses AS a SET answered_sessions = 0
    WHERE a.user_id = p_user_id AND a.scope = p_module AND a.answered_sessions IS NOT NULL;
    RETURN hg__close_entry(v_open.o_entry, v_open.o_document, v_open.o_rules);
END
$hg_reset_module$;

REVOKE ALL ON FUNCTION hg_reset_module FROM public;
GRANT EXECUTE ON FUNCTION hg_reset_module TO hg_app;

COMMENT ON FUNCTION hg_reset_module IS
$$Puts a module's block back to its start, except tokens_earned, test_rewarded, mastered_at and keys
this product does not know. Balances and totals of the learner stay.

Arguments: p_reason 1-500 characters.
Receipt: id, replayed, kind, tokens, total_tokens_earned, module, reason, grade_level,
mastery_level, preferred_difficulty.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG405 unknown or inactive module, LG422 malformed document. After an error nothing has
changed.

Example: SELECT hg_reset_module(1, 'algebra', 'asked to start over');

Rules: docs/rules.md$$;
