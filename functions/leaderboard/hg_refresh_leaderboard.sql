-- Brings what hg_leaderboard and hg_percentile answer from up to date. It takes no lock on users or
-- the ledger that a reader or a writer would wait for.
-- Writes: hg_standings, hg_standings_due, hg_standings_spread, hg_standings_top,
-- hg_standings_marks. Calls: hg__require_live, hg__standings_begin, hg__standings_from,
-- hg__standings_unseen, hg__standings_take, hg__standings_exclude, hg__standings_rank.
-- Raises: 55000.
-- SECURITY DEFINER: whoever schedules it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_refresh_leaderboard() RETURNS timestamptz
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
SET work_mem TO '64MB'
SET jit TO 'off'
AS $hg_refresh_leaderboard$
DECLARE
    c_lock CONSTANT integer := 26727;  -- 'hg', with the table users: one refresh at a time
    c_patience CONSTANT integer := 200;  -- times 5 ms
    v_alone boolean;
    v_last hg_standings_marks;
    v_mark hg_standings_marks;
    v_settings hg_rules;
    v_from bigint;
    v_written bigint;
BEGIN
    PERFORM hg__require_live();
    v_alone := pg_try_advisory_xact_lock(c_lock, 'users'::regclass::oid::integer);
    SELECT m.* INTO v_last FROM hg_standings_marks AS m ORDER BY m.mark DESC LIMIT 1;
    IF NOT v_alone THEN
        RETURN v_last.as_of;
    END IF;

    SELECT r.* INTO v_settings
    FROM hg_installation AS i
    INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
    LIMIT 1;
    v_mark := hg__standings_begin();
    v_from := hg__standings_from(v_last, v_mark.ledger_id, v_settings);
    v_written := coalesce(v_mark.ledger_id, 0);
    IF current_setting('transaction_isolation') = 'read committed' THEN
        -- Who reads everybody waits a little for those who are writing, so that the next refresh
        -- need not read everybody for their sake.
        FOR v_time IN 1..c_patience LOOP
            EXIT WHEN v_from IS NOT NULL
                OR hg__standings_unseen(pg_current_snapshot(), v_mark.own_xid) > v_mark.own_xid;
            PERFORM pg_sleep(0.005);
        END LOOP;
        v_mark.as_of := clock_timestamp();
    ELSE
        -- What can be seen is what was committed when the transaction began, and the ledger's
        -- numbers have gone on since: the next one begins where this one did.
        v_mark.as_of := transaction_timestamp();
        v_mark.ledger_id := v_from;
        v_mark.own_xid := 0;
    END IF;

    v_mark.oldest_xid := hg__standings_unseen(
        hg__standings_take(v_from, v_written, v_settings), v_mark.own_xid
    );
    -- Who was deleted while a refresh read or wrote them. A look for each: a join would read all of
    -- users where there are no statistics.
    DELETE FROM hg_standings AS s
    WHERE (v_from IS NULL OR s.written >= v_from)
    AND (SELECT u.id FROM users AS u WHERE u.id = s.user_id) IS NULL;
    PERFORM hg__standings_exclude();
    v_mark.learners := hg__standings_rank(v_mark.as_of);

    UPDATE hg_standings_marks AS m
    SET
        as_of = v_mark.as_of,
        ledger_id = coalesce(v_mark.ledger_id, 0),
        own_xid = v_mark.own_xid,
        oldest_xid = v_mark.oldest_xid,
        rules_version = v_settings.rules_version,
        cut_over_at = (SELECT r.cut_over_at FROM hg_legacy_run AS r),
        learners = v_mark.learners
    WHERE m.mark = v_mark.mark;
    -- The newest that began before any transaction that was running now, and what came after it.
    DELETE FROM hg_standings_marks AS m
    WHERE m.mark < (
        SELECT max(o.mark) FROM hg_standings_marks AS o WHERE o.own_xid < v_mark.oldest_xid
    );
    RETURN v_mark.as_of;
END
$hg_refresh_leaderboard$;

REVOKE ALL ON FUNCTION hg_refresh_leaderboard FROM public;

COMMENT ON FUNCTION hg_refresh_leaderboard IS
$$Brings what hg_leaderboard() and hg_percentile() answer from up to date, and returns the instant
it is of: all that was committed by then is in it. Call it as often as the leaderboard shall be
fresh, every five minutes for instance.

It reads the learners who changed since the last time; everybody the first time, after a change of
default_time_zone, day_start_hour or streak_weekdays, after a pause for all, and after a cutover.
Streaks are as true at that instant. Nobody waits for it. While another session is at it, it changes
nothing and returns the instant of the last one that has ended (NULL: none has).

Errors: 55000 a legacy import is pending. After an error nothing has changed.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_refresh_leaderboard();

Scheduling: docs/operating.md$$;
