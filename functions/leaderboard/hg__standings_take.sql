-- Brings hg_standings up to date: everybody (p_after NULL), or who may have changed since. Returns
-- the snapshot it did so by. When a streak ends is worked out once for all learners who have the
-- same days, zone and freezes. No row is locked but those of hg_standings, for which nobody waits.
-- Writes: hg_standings, hg_standings_due. Calls: hg__standings_read, hg__standing_until.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_take(
    p_after bigint, p_written bigint, p_settings hg_rules
) RETURNS pg_snapshot
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__standings_take$
DECLARE
    v_snapshot pg_snapshot;
BEGIN
    WITH looked_at AS (
        DELETE FROM hg_standings_due
    ),

    facts AS MATERIALIZED (
        SELECT r.* FROM hg__standings_read(p_after) AS r
    ),

    ends AS MATERIALIZED (
        SELECT c.calendar, hg__standing_until(c.calendar, p_settings) AS streak_until
        FROM (SELECT DISTINCT f.calendar FROM facts AS f WHERE f.calendar IS NOT NULL) AS c
    ),

    standings AS MATERIALIZED (
        SELECT
            f.user_id,
            e.streak_until,
            f.tokens,
            f.total_tokens_earned,
            f.streak_days,
            f.total_correct_answers,
            s.user_id IS NULL AS is_new
        FROM facts AS f
        LEFT JOIN ends AS e ON f.calendar = e.calendar
        LEFT JOIN hg_standings AS s ON f.user_id = s.user_id
        WHERE (
            s.streak_until, s.tokens, s.total_tokens_earned, s.streak_days, s.total_correct_answers
        ) IS DISTINCT FROM (
            e.streak_until, f.tokens, f.total_tokens_earned, f.streak_days, f.total_correct_answers
        )
    ),

    changed AS (
        UPDATE hg_standings AS s
        SET
            written = p_written,
            streak_until = n.streak_until,
            tokens = n.tokens,
            total_tokens_earned = n.total_tokens_earned,
            streak_days = n.streak_days,
            total_correct_answers = n.total_correct_answers
        FROM standings AS n
        WHERE s.user_id = n.user_id AND NOT n.is_new
    ),

    added AS (
        INSERT INTO hg_standings (
            written, streak_until, user_id, tokens, total_tokens_earned, streak_days,
            total_correct_answers, excluded
        )
        SELECT
            p_written, n.streak_until, n.user_id, n.tokens, n.total_tokens_earned, n.streak_days,
            n.total_correct_answers, false
        FROM standings AS n
        WHERE n.is_new
    )

    SELECT pg_current_snapshot() INTO v_snapshot;

    RETURN v_snapshot;
END
$hg__standings_take$;

REVOKE ALL ON FUNCTION hg__standings_take FROM public;
