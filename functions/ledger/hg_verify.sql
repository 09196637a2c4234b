-- Proves documents against their ledgers. It reads no snapshot and no cache, and sees documents and
-- ledgers as of one instant, so it can run beside the writers.
-- Writes: nothing. Calls: hg__require_live, hg__check_known, hg__expected_document,
-- hg__differences. Raises: 55000, LG404.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
-- PARALLEL UNSAFE: a damaged ledger is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg_verify(p_user_id users.id%TYPE DEFAULT NULL)
RETURNS TABLE (user_id users.id%TYPE, path text, stored jsonb, expected jsonb)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_verify$
#variable_conflict use_column
DECLARE
    v_learner record;
BEGIN
    PERFORM hg__require_live();
    IF p_user_id IS NOT NULL THEN
        PERFORM hg__check_known(p_user_id);
    END IF;

    FOR v_learner IN
        SELECT u.id, u.hidden_grade_asset AS document
        FROM users AS u
        WHERE p_user_id IS NULL OR u.id = p_user_id
        ORDER BY u.id
    LOOP
        RETURN QUERY
        SELECT v_learner.id, d.o_path, d.o_stored, d.o_expected
        FROM hg__differences(
            v_learner.document, hg__expected_document(v_learner.id, v_learner.document)
        ) AS d;
    END LOOP;
END
$hg_verify$;

REVOKE ALL ON FUNCTION hg_verify FROM public;

COMMENT ON FUNCTION hg_verify IS
$$Compares documents with what their ledgers give, AI texts aside; no rows is the proof that all is
true. A row is one place where they differ: path (dotted; empty for the whole document), stored
(null: the document lacks the key) and expected (null: the ledger knows no such thing; for the whole
document: there is no ledger that could be folded). hg_rebuild(user_id) mends a learner.

Of keys that this product does not know, only those are looked for that a direct write brought.

Arguments: p_user_id the learner, NULL for all (in the order of their ids).
Errors: 55000 a legacy import is pending, LG404 unknown learner.

Only the owner may call it; grant it to whom you like.

Example: SELECT * FROM hg_verify(1);$$;
