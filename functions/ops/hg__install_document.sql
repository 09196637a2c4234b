-- Gives one learner, whom the caller has locked and who has no document, the skeleton.
-- Writes: users, hg_ledger. Calls: hg__store_document, hg__begin_ledger. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__install_document(
    p_user_id users.id%TYPE, p_skeleton jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_document$
BEGIN
    PERFORM hg__store_document(p_user_id, p_skeleton);
    PERFORM hg__begin_ledger(p_user_id, NULL, p_rules_version, p_user_grade);
END
$hg__install_document$;

REVOKE ALL ON FUNCTION hg__install_document FROM public;
