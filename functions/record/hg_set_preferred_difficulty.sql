-- Sets a module's preferred difficulty by hand; its counters begin again.
-- Writes: hg_ledger, users. Calls: hg__check_present, hg__raise_argument,
-- hg__open_entry, hg__close_entry.
-- Raises: 22023, 55000, LG404, LG405, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_set_preferred_difficulty(
    p_user_id users.id%TYPE,
    p_module text,
    p_difficulty integer
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_set_preferred_difficulty$
DECLARE
    v_entry hg_ledger%ROWTYPE;
    v_open record;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present('p_module', p_module, 'Give the name of a module.');
    IF (p_difficulty BETWEEN 1 AND 5) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_difficulty', p_difficulty::text, 'A difficulty is 1 to 5.');
    END IF;
    v_entry.user_id := p_user_id;
    v_entry.id := gen_random_uuid();
    v_entry.kind := 'preferred_difficulty';
    v_entry.module := p_module;
    v_entry.details := jsonb_build_object('preferred_difficulty', p_difficulty);
    v_open := hg__open_entry(v_entry);
    RETURN hg__close_entry(v_open.o_entry, v_open.o_document, v_open.o_rules);
END
$hg_set_preferred_difficulty$;

REVOKE ALL ON FUNCTION hg_set_preferred_difficulty FROM public;
GRANT EXECUTE ON FUNCTION hg_set_preferred_difficulty TO hg_app;

COMMENT ON FUNCTION hg_set_preferred_difficulty IS
$$Sets a module's preferred_difficulty (1-5) by hand; the questions counted towards its next move
begin again.

Receipt: id, replayed, kind, tokens, total_tokens_earned, module, preferred_difficulty.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG405 unknown or inactive module, LG422 malformed document. After an error nothing has
changed.

Example: SELECT hg_set_preferred_difficulty(1, 'algebra', 2);

Rules: docs/rules.md$$;
