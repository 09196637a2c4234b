-- LG404 for a learner who is not there.
-- Writes: nothing. Calls: hg__raise_unknown_learner. Raises: LG404.
CREATE OR REPLACE FUNCTION hg__check_known(p_user_id users.id%TYPE) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_known$
BEGIN
    IF NOT EXISTS (SELECT FROM users AS u WHERE u.id = p_user_id) THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;
END
$hg__check_known$;

REVOKE ALL ON FUNCTION hg__check_known FROM public;
