-- What somebody should look at, each with what to do; empty: nothing.
-- The arguments after the first are the answers of hg__status_users, hg__status_legacy,
-- hg__status_ai and hg__status_leaderboard.
-- Writes: nothing. Calls: hg__status_warnings_installation, hg__status_warnings_users,
-- hg__status_warnings_legacy, hg__status_warnings_ai, hg__status_warnings_leaderboard.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings(
    p_installation hg_installation, p_users jsonb, p_legacy jsonb, p_ai jsonb,
    p_leaderboard jsonb
) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings$
BEGIN
    RETURN hg__status_warnings_installation(p_installation)
        || hg__status_warnings_users(p_installation, p_users)
        || hg__status_warnings_legacy(p_installation, p_legacy)
        || hg__status_warnings_ai(p_ai)
        || hg__status_warnings_leaderboard(p_leaderboard);
END
$hg__status_warnings$;

REVOKE ALL ON FUNCTION hg__status_warnings FROM public;
