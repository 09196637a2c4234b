-- What somebody should look at, each with what to do; empty: nothing. p_status is the answer of
-- hg_status so far.
-- Writes: nothing. Calls: hg__status_warnings_installation, hg__status_warnings_checks,
-- hg__status_warnings_users, hg__status_warnings_legacy, hg__status_warnings_ai,
-- hg__status_warnings_leaderboard. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings(
    p_installation hg_installation, p_status jsonb
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings$
BEGIN
    RETURN hg__status_warnings_installation(p_installation)
        || hg__status_warnings_checks(p_status)
        || hg__status_warnings_users(p_installation, p_status -> 'users')
        || hg__status_warnings_legacy(p_installation, p_status -> 'legacy')
        || hg__status_warnings_ai(p_status -> 'ai')
        || hg__status_warnings_leaderboard(p_status -> 'leaderboard');
END
$hg__status_warnings$;

REVOKE ALL ON FUNCTION hg__status_warnings FROM public;
