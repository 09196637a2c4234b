-- What somebody should look at, each with what to do; empty: nothing.
-- p_users, p_legacy and p_ai are the answers of hg__status_users, hg__status_legacy, hg__status_ai.
-- Writes: nothing. Calls: hg__status_warnings_installation, hg__status_warnings_users,
-- hg__status_warnings_legacy, hg__status_warnings_ai. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings(
    p_installation hg_installation, p_users jsonb, p_legacy jsonb, p_ai jsonb
) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings$
BEGIN
    RETURN hg__status_warnings_installation(p_installation)
        || hg__status_warnings_users(p_installation, p_users)
        || hg__status_warnings_legacy(p_installation, p_legacy)
        || hg__status_warnings_ai(p_ai);
END
$hg__status_warnings$;

REVOKE ALL ON FUNCTION hg__status_warnings FROM public;
