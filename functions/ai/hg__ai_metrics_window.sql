-- The sums of the sessions that tell of a learner's habits: the token_runs and tests of the 28
-- local days up to the day of the last one, the newest 500 at most, reversed ones aside. It ends
-- with the last session, not now, so that nothing changes while nobody plays. p_module: of that
-- module only; NULL: of all. The hour of a session is that of the zone which p_stats has for its
-- instant; recent and before are its newer and its older half, by sessions.
-- Writes: nothing. Calls: hg__reversed, hg__document_zone. Raises: nothing for well-formed
-- statistics.
CREATE OR REPLACE FUNCTION hg__ai_metrics_window(
    p_user_id users.id%TYPE, p_module text, p_stats jsonb,
    OUT o_sessions integer, OUT o_days integer, OUT o_questions bigint,
    OUT o_timed_questions bigint, OUT o_seconds bigint,
    OUT o_morning integer, OUT o_afternoon integer, OUT o_evening integer, OUT o_night integer,
    OUT o_recent_questions bigint, OUT o_recent_correct bigint,
    OUT o_before_questions bigint, OUT o_before_correct bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_window$
DECLARE
    c_days CONSTANT integer := 28;
    c_sessions CONSTANT integer := 500;
    v_reversed uuid[] := hg__reversed(p_user_id);
    v_zone text := (
        SELECT s.value #>> '{}' FROM hg_settings AS s WHERE s.name = 'default_time_zone'
    );
    v_last date;
BEGIN
    SELECT l.local_day INTO v_last
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.kind = 'activity' AND l.run_type <> 'practice'
    AND (p_module IS NULL OR l.module = p_module) AND l.id <> ALL (v_reversed)
    ORDER BY l.occurred_at DESC, l.id DESC
    LIMIT 1;

    SELECT
        count(*),
        count(DISTINCT s.local_day),
        sum(s.questions),
        sum(s.questions) FILTER (WHERE s.seconds IS NOT NULL),
        sum(s.seconds),
        count(*) FILTER (WHERE s.hour BETWEEN 5 AND 11),
        count(*) FILTER (WHERE s.hour BETWEEN 12 AND 16),
        count(*) FILTER (WHERE s.hour BETWEEN 17 AND 20),
        count(*) FILTER (WHERE s.hour NOT BETWEEN 5 AND 20),
        sum(s.questions) FILTER (WHERE s.newer),
        sum(s.correct) FILTER (WHERE s.newer),
        sum(s.questions) FILTER (WHERE NOT s.newer),
        sum(s.correct) FILTER (WHERE NOT s.newer)
    INTO
        o_sessions, o_days, o_questions, o_timed_questions, o_seconds, o_morning, o_afternoon,
        o_evening, o_night, o_recent_questions, o_recent_correct, o_before_questions,
        o_before_correct
    FROM (
        SELECT
            w.local_day,
            w.questions,
            w.correct,
            w.seconds,
            extract(HOUR FROM w.occurred_at AT TIME ZONE hg__document_zone(
                p_stats, w.occurred_at, v_zone
            )) AS hour,
            2 * row_number() OVER (ORDER BY w.occurred_at DESC, w.id DESC) <= 1 + count(*) OVER ()
            AS newer
        FROM (
            SELECT l.occurred_at, l.id, l.local_day, l.questions, l.correct, l.seconds
            FROM hg_ledger AS l
            -- No zone and no day start is further than this from UTC's day: the index is used.
            WHERE l.user_id = p_user_id
            AND l.occurred_at >= (v_last - c_days - 1)::timestamp AT TIME ZONE 'UTC'
            AND l.kind = 'activity' AND l.run_type <> 'practice'
            AND l.local_day > v_last - c_days
            AND (p_module IS NULL OR l.module = p_module) AND l.id <> ALL (v_reversed)
            ORDER BY l.occurred_at DESC, l.id DESC
            LIMIT c_sessions
        ) AS w
    ) AS s;
END
$hg__ai_metrics_window$;

REVOKE ALL ON FUNCTION hg__ai_metrics_window FROM public;
