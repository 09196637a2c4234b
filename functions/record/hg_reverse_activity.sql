-- Takes an activity back: its row stays in the ledger, and the fold leaves it out.
-- Writes: hg_ledger, hg_snapshots, users. Calls: hg__check_present, hg__check_reason,
-- hg__open_entry, hg__raise_unknown_activity, hg__check_reversible, hg__close_entry.
-- Raises: 22023, 55000, LG404, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_reverse_activity(
    p_user_id users.id%TYPE,
    p_activity_id uuid,
    p_reason text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_reverse_activity$
DECLARE
    v_entry hg_ledger%ROWTYPE;
    v_activity hg_ledger%ROWTYPE;
    v_open record;
    v_receipt jsonb;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present(
        'p_activity_id', p_activity_id::text, 'Give the id that the activity was recorded with.'
    );
    PERFORM hg__check_reason(p_reason);
    v_entry.user_id := p_user_id;
    v_entry.id := gen_random_uuid();
    v_entry.kind := 'reversal';
    v_entry.details := jsonb_build_object('activity_id', p_activity_id, 'reason', p_reason);
    v_open := hg__open_entry(v_entry);

    SELECT l.receipt INTO v_receipt
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.kind = 'reversal'
    AND l.details ->> 'activity_id' = p_activity_id::text;
    IF found THEN
        RETURN v_receipt || '{"replayed": true}';
    END IF;
    SELECT l.* INTO v_activity
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.id = p_activity_id AND l.kind = 'activity';
    IF NOT found THEN
        PERFORM hg__raise_unknown_activity(p_user_id::text, p_activity_id);
    END IF;
    PERFORM hg__check_reversible(v_activity);

    v_entry := v_open.o_entry;
    v_entry.module := v_activity.module;
    RETURN hg__close_entry(
        v_entry, v_open.o_document, v_open.o_rules, v_activity.occurred_at, v_activity.id
    );
END
$hg_reverse_activity$;

REVOKE ALL ON FUNCTION hg_reverse_activity FROM public;
GRANT EXECUTE ON FUNCTION hg_reverse_activity TO hg_app;

COMMENT ON FUNCTION hg_reverse_activity IS
$$Takes an activity back: the document is as if it had never been recorded. Tokens that were spent
already become a debt, which later awards pay first. What the activity was, and who took it back and
why, stays in the ledger; a retry of its id replays its receipt with "reversed": true. Reversing it
once more returns the first receipt with replayed true.

Arguments: p_activity_id the id it was recorded with; p_reason 1-500 characters.
Receipt: id, replayed, kind, tokens, total_tokens_earned, activity_id, reason, module,
tokens_reversed (by how much total_tokens_earned fell; less than the receipt's tokens_awarded where
others of its day now get what the daily cap had cut), streak_days, grade_level, mastery_level,
preferred_difficulty.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, or the activity was
recorded before a checkpoint whose document includes it, LG404 unknown learner or activity, LG422
malformed document. After an error nothing has changed.

Example: SELECT hg_reverse_activity(1, '5f0c2d1e-7a4b-4c3d-8e9f-0a1b2c3d4e5f', 'wrong learner');

Rules: docs/rules.md$$;
