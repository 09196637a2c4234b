-- Overrides a module's mastery for a learner, or lifts the override.
-- Writes: hg_ledger, users. Calls: hg__check_present, hg__check_reason,
-- hg__open_entry, hg__instant_text, hg__close_entry.
-- Raises: 22023, 55000, LG404, LG405, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_set_mastery(
    p_user_id users.id%TYPE,
    p_module text,
    p_mastery boolean,
    p_reason text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_set_mastery$
DECLARE
    v_entry hg_ledger%ROWTYPE;
    v_open record;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present('p_module', p_module, 'Give the name of a module.');
    PERFORM hg__check_reason(p_reason);
    v_entry.user_id := p_user_id;
    v_entry.id := gen_random_uuid();
    v_entry.kind := 'mastery';
    v_entry.module := p_module;
    v_open := hg__open_entry(v_entry);
    v_entry := v_open.o_entry;
    v_entry.details := jsonb_build_object(
        'mastery_override', CASE
            WHEN p_mastery IS NOT NULL THEN jsonb_build_object(
                'value', p_mastery, 'by', session_user,
                'at', hg__instant_text(v_entry.recorded_at), 'reason', p_reason
            )
        END,
        'reason', p_reason
    );
    RETURN hg__close_entry(v_entry, v_open.o_document, v_open.o_rules);
END
$hg_set_mastery$;

REVOKE ALL ON FUNCTION hg_set_mastery FROM public;
GRANT EXECUTE ON FUNCTION hg_set_mastery TO hg_app;

COMMENT ON FUNCTION hg_set_mastery IS
$$Overrides a module's mastery for a learner; it wins until it is lifted.

Arguments: p_mastery true or false, NULL lifts the override: then the module's rule speaks as if
it had never been. p_reason 1-500 characters. Who and when stand in the document with it.
Receipt: id, replayed, kind, tokens, total_tokens_earned, module, mastery_level, mastery_override.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG405 unknown or inactive module, LG422 malformed document. After an error nothing has
changed.

Example: SELECT hg_set_mastery(1, 'algebra', true, 'oral exam passed');

Rules: docs/rules.md$$;
