-- The document that a learner's ledger proves: the fold of all of it, with what stands beside the
-- fold as stored; NULL where the ledger has no checkpoint, or a malformed one.
-- Writes: nothing. Calls: hg__fold_ledger, hg__checkpoint, hg__shape_problem,
-- hg__carry_over. Raises: nothing.
-- PARALLEL UNSAFE: the block that takes a damaged ledger is a subtransaction.
CREATE OR REPLACE FUNCTION hg__expected_document(
    p_user_id users.id%TYPE, p_stored jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__expected_document$
DECLARE
    v_folded jsonb;
BEGIN
    SELECT f.o_document INTO v_folded FROM hg__fold_ledger(p_user_id) AS f;
    -- A fold of the skeleton is sound; what somebody wrote may not be.
    IF (hg__checkpoint(p_user_id)).document IS NOT NULL
        AND hg__shape_problem(v_folded) IS NOT NULL
    THEN
        RETURN NULL;
    END IF;
    RETURN CASE WHEN v_folded IS NOT NULL THEN hg__carry_over(v_folded, p_stored) END;
EXCEPTION
    WHEN data_exception OR SQLSTATE 'LG422' THEN
        RETURN NULL;
END
$hg__expected_document$;

REVOKE ALL ON FUNCTION hg__expected_document FROM public;
