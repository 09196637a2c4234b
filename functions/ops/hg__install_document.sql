-- Gives one learner, whom the caller has locked and who has no document, the skeleton.
-- Writes: users, hg_ledger. Calls: hg__begin_ledger. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__install_document(
    p_user_id users.id%TYPE, p_skeleton jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET hg.writing TO 'on'
AS $hg__install_document$
BEGIN
    UPDATE users AS u SET hidden_grade_asset = p_skeleton WHERE u.id = p_user_id;
    PERFORM hg__begin_ledger(p_user_id, NULL, p_rules_version, p_user_grade);
END
$hg__install_document$;

REVOKE ALL ON FUNCTION hg__install_document FROM public;
