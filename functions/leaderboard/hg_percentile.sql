-- How many of the others a learner is ahead of, as of the last refresh.
-- Writes: nothing. Calls: hg__raise_argument, hg__check_metric, hg__require_live,
-- hg__raise_unknown_learner, hg__standing_value.
-- Raises: 22023, 55000, LG404.
-- SECURITY DEFINER: readers get one learner's figure, not the tables.
CREATE OR REPLACE FUNCTION hg_percentile(
    p_user_id users.id%TYPE, p_metric text DEFAULT 'tokens'
) RETURNS numeric
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_percentile$
DECLARE
    v_last hg_standings_marks;
    v_value integer;
    v_below integer;
BEGIN
    IF p_user_id IS NULL THEN
        PERFORM hg__raise_argument('p_user_id', NULL, 'Give the learner''s users.id.');
    END IF;
    PERFORM hg__check_metric(p_metric);
    PERFORM hg__require_live();
    PERFORM FROM users AS u WHERE u.id = p_user_id;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;

    SELECT m.* INTO v_last FROM hg_standings_marks AS m ORDER BY m.mark DESC LIMIT 1;
    SELECT hg__standing_value(s, p_metric, v_last.as_of) INTO v_value
    FROM hg_standings AS s
    WHERE s.user_id = p_user_id AND NOT s.excluded;
    -- The last row that begins below it; in that row, the figures up to the next lower one.
    SELECT c.before_it + width_bucket(v_value - 1, c.figures) INTO v_below
    FROM hg_standings_spread AS c
    WHERE c.metric = p_metric AND c.first_figure < v_value
    ORDER BY c.first_figure DESC
    LIMIT 1;
    IF v_value IS NOT NULL THEN
        v_below := coalesce(v_below, 0);
    END IF;
    -- NULL where there is no refresh, no figure of the learner in it, or nobody else.
    RETURN round(100.0 * v_below / nullif(v_last.learners - 1, 0), 1);
END
$hg_percentile$;

REVOKE ALL ON FUNCTION hg_percentile FROM public;
GRANT EXECUTE ON FUNCTION hg_percentile TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_percentile IS
$$The share of the other learners who have strictly less than this one, in percent with one decimal
(0.0-100.0), as of the last hg_refresh_leaderboard(): the learner's own figure is of that instant,
too, and the learner is not counted. How old the answer is, hg_leaderboard(1) says: as_of is the
same for both. NULL where nothing can be said: before the first refresh, of a learner who joined
after it or whom the setting leaderboard_exclude_column leaves out, or where there is nobody else.

Arguments: p_metric tokens (the balance), total_tokens_earned, streak_days (0 where it was broken by
as_of) or total_correct_answers.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner.

Example: SELECT hg_percentile(1), (SELECT as_of FROM hg_leaderboard(1));$$;
