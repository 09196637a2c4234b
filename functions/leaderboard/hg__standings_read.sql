-- What the documents say now: of everybody (p_after NULL), or of those whom hg__standings_changed
-- names. calendar is what the end of the streak follows from, NULL where there is no streak. Who
-- has a malformed document is left out.
-- STABLE, so that all of it is of the one snapshot of the statement that calls it. OFFSET keeps
-- values from being read out of the document again each time they are named. The planner does not
-- know what reading a document costs: by itself it would leave that to one process (as it does
-- where the 0 is no bigint yet).
-- Writes: nothing. Calls: hg__standings_changed, hg__standings_pauses, hg__standing_figure.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_read(p_after bigint)
RETURNS TABLE (
    user_id users.id%TYPE,
    tokens integer,
    total_tokens_earned integer,
    streak_days integer,
    total_correct_answers integer,
    calendar text[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
ROWS 100000
SET search_path FROM CURRENT
SET plan_cache_mode TO 'force_custom_plan'
SET parallel_setup_cost TO '0'
SET parallel_tuple_cost TO '0'
AS $hg__standings_read$
BEGIN
    RETURN QUERY
    SELECT
        f.id,
        f.tokens,
        f.total_tokens_earned,
        f.streak_days,
        f.total_correct_answers,
        CASE WHEN f.streak_days > 0 THEN ARRAY[
            f.stats ->> 'activity_date', f.stats ->> 'streak_freezes', f.stats ->> 'time_zone',
            f.stats ->> 'time_zone_next', f.stats ->> 'time_zone_next_from', p.pauses
        ] END
    FROM (
        SELECT
            v.id,
            v.stats,
            hg__standing_figure(v.tokens) AS tokens,
            hg__standing_figure(v.total_tokens_earned) AS total_tokens_earned,
            hg__standing_figure(v.streak_days) AS streak_days,
            hg__standing_figure(v.total_correct_answers) AS total_correct_answers
        FROM (
            SELECT
                g.id,
                g.stats,
                g.stats -> 'tokens' AS tokens,
                g.stats -> 'total_tokens_earned' AS total_tokens_earned,
                g.stats -> 'streak_days' AS streak_days,
                g.stats -> 'total_correct_answers' AS total_correct_answers
            FROM (
                SELECT u.id, u.hidden_grade_asset -> 'global_stats' AS stats
                FROM users AS u
                WHERE p_after IS NULL OR u.id = ANY (ARRAY(
                    SELECT DISTINCT c.user_id FROM hg__standings_changed(p_after) AS c
                ))
                OFFSET '0'::bigint
            ) AS g
            OFFSET '0'::bigint
        ) AS v
        OFFSET '0'::bigint
    ) AS f
    LEFT JOIN hg__standings_pauses() AS p ON f.id = p.user_id
    WHERE num_nulls(
        f.tokens, f.total_tokens_earned, f.streak_days, f.total_correct_answers
    ) = 0;
END
$hg__standings_read$;

REVOKE ALL ON FUNCTION hg__standings_read FROM public;
