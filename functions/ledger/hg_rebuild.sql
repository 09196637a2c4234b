-- Stores the document that the ledger gives. The learner's snapshots go: they may be what was
-- wrong.
-- Writes: users, hg_snapshots, hg_standings_due. Calls: hg__check_present, hg__require_live,
-- hg__raise_unknown_learner, hg__expected_document, hg__store_document. Raises: 22023, 55000,
-- LG404.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_rebuild(p_user_id users.id%TYPE) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_rebuild$
DECLARE
    v_stored jsonb;
    v_expected jsonb;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__require_live();
    SELECT u.hidden_grade_asset INTO v_stored
    FROM users AS u
    WHERE u.id = p_user_id
    FOR NO KEY UPDATE;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;

    v_expected := hg__expected_document(p_user_id, v_stored);
    IF v_expected IS NULL AND v_stored IS NOT NULL THEN
        RAISE EXCEPTION 'there is no ledger to rebuild from' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format(
                'The ledger has no checkpoint of learner %s, or one that cannot be folded.',
                p_user_id
            ),
            HINT = 'The document is the only copy and stays as it is; a direct write of a sound '
                'document begins a ledger anew.';
    END IF;
    DELETE FROM hg_snapshots AS s WHERE s.user_id = p_user_id;
    IF v_expected IS DISTINCT FROM v_stored THEN
        PERFORM hg__store_document(p_user_id, v_expected);
        -- There is no new row in the ledger for the leaderboard to find.
        INSERT INTO hg_standings_due (user_id) VALUES (p_user_id);
    END IF;
    RETURN v_expected;
END
$hg_rebuild$;

REVOKE ALL ON FUNCTION hg_rebuild FROM public;

COMMENT ON FUNCTION hg_rebuild IS
$$Stores the document that the learner's ledger gives, and returns it. AI texts, and keys this
product does not know, stay as they are. A document that is right already is not written.

Arguments: p_user_id the learner.
Errors: 22023 an argument is NULL, 55000 a legacy import is pending, or the ledger has nothing that
could be folded, LG404 unknown learner. After an error nothing has changed.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_rebuild(1) -> 'global_stats';$$;
