-- Gives one learner, whom the caller has locked and who has no document, the skeleton.
-- Writes: users, hg_ledger. Calls: hg__grade_number, hg__skeleton, hg__begin_ledger.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__install_skeleton(p_user_id users.id%TYPE, p_grade text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET hg.writing TO 'on'
AS $hg__install_skeleton$
DECLARE
    v_version integer := (SELECT i.rules_version FROM hg_installation AS i);
    v_grade smallint := hg__grade_number(p_grade);
BEGIN
    UPDATE users AS u SET hidden_grade_asset = hg__skeleton(v_version, v_grade)
    WHERE u.id = p_user_id;
    PERFORM hg__begin_ledger(p_user_id, NULL, v_version, v_grade);
END
$hg__install_skeleton$;

REVOKE ALL ON FUNCTION hg__install_skeleton FROM public;
