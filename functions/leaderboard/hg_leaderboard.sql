-- Who is first, as of the last refresh.
-- Writes: nothing. Calls: hg__raise_argument, hg__check_metric, hg__require_live.
-- Raises: 22023, 55000.
-- SECURITY DEFINER: readers get the first of a metric, not the tables.
CREATE OR REPLACE FUNCTION hg_leaderboard(
    p_limit integer DEFAULT 20, p_metric text DEFAULT 'tokens'
) RETURNS TABLE (rank bigint, user_id users.id%TYPE, value bigint, as_of timestamptz)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
ROWS 20
SET search_path FROM CURRENT
AS $hg_leaderboard$
DECLARE
    v_last hg_standings_marks;
BEGIN
    IF (p_limit BETWEEN 1 AND 1000) IS NOT TRUE THEN
        PERFORM hg__raise_argument('p_limit', p_limit::text, 'A limit is 1 to 1,000 learners.');
    END IF;
    PERFORM hg__check_metric(p_metric);
    PERFORM hg__require_live();
    SELECT m.* INTO v_last FROM hg_standings_marks AS m ORDER BY m.mark DESC LIMIT 1;

    RETURN QUERY
    SELECT t.rank::bigint, t.user_id, t.value::bigint, v_last.as_of
    FROM hg_standings_top AS t
    -- Who was deleted since is not shown.
    WHERE t.metric = p_metric AND EXISTS (SELECT FROM users AS u WHERE u.id = t.user_id)
    ORDER BY t.place
    LIMIT p_limit;
END
$hg_leaderboard$;

REVOKE ALL ON FUNCTION hg_leaderboard FROM public;
GRANT EXECUTE ON FUNCTION hg_leaderboard TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_leaderboard IS
$$The first learners of a metric as of the last hg_refresh_leaderboard(), as rows in order: rank,
user_id, value, as_of (the instant of that refresh, the same on every row, and the one of
hg_percentile()). Learners with the same value share a rank, and the next rank counts them all: 1,
1, 3. No rows before the first refresh.

Those whom the column named by the setting leaderboard_exclude_column marks have no rank; learners
who were deleted since the refresh are not shown, the ranks of the others stay.

Arguments: p_limit 1-1000 learners; p_metric tokens (the balance), total_tokens_earned, streak_days
(0 where it was broken by as_of) or total_correct_answers.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending.

Example: SELECT * FROM hg_leaderboard(10, 'streak_days');$$;
