-- The leaderboard as hg_status shows it: how old it is, how many have a rank; null before the first
-- refresh.
-- Writes: nothing. Calls: hg__exact_instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_leaderboard() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_leaderboard$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'as_of', hg__exact_instant_text(m.as_of),
            'age_seconds', trunc(extract(EPOCH FROM clock_timestamp() - m.as_of)),
            'learners', m.learners
        )
        FROM hg_standings_marks AS m
        ORDER BY m.mark DESC
        LIMIT 1
    );
END
$hg__status_leaderboard$;

REVOKE ALL ON FUNCTION hg__status_leaderboard FROM public;
