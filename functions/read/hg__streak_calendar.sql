-- The last 60 local days up to p_last, oldest first, each with what it was for the streak, as the
-- text of a JSON array. p_covered: the freezes held would cover the days missed since
-- activity_date. p_plain: the ledger has activities of the learner and nothing that changes what
-- they were.
-- generate_series() gives its rows in order: to sort them again takes half as long as all the rest.
-- Weekdays are counted from a Monday: extract() takes ten times as long. Days are printed: hence
-- the DateStyle.
-- Writes: nothing. Calls: hg__active_days, hg__frozen_gaps. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__streak_calendar(
    p_user_id users.id%TYPE, p_stats jsonb, p_last date, p_covered boolean,
    p_pauses datemultirange, p_weekdays smallint[], p_plain boolean
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET datestyle TO 'ISO, YMD'
AS $hg__streak_calendar$
DECLARE
    c_monday CONSTANT date := '2000-01-03';
    v_first date := p_last - 59;
    v_last_day date := p_stats ->> 'activity_date';
    v_every_day boolean := cardinality(p_weekdays) = 7 AND isempty(p_pauses);
    v_known record := hg__active_days(p_user_id, v_first, p_last, p_plain);
    v_active bigint := v_known.o_active;
    -- Before the first activity that is known; without any that is all but the last day.
    v_since date := CASE
        WHEN v_known.o_earlier OR v_last_day < v_first THEN v_first
        ELSE coalesce(least(v_known.o_since, v_last_day), p_last)
    END;
    v_frozen datemultirange := '{}';
BEGIN
    IF v_last_day >= v_first THEN
        v_active := v_active | (1::bigint << (v_last_day - v_first));
    END IF;
    -- Is any day from v_since to the last but one without its bit?
    IF (~v_active & ((1::bigint << 59) - 1)) >> (v_since - v_first) > 0 THEN
        -- Where nobody ever had freezes, and no document came from outside, none covered anything.
        IF NOT p_plain OR EXISTS (SELECT FROM hg_rules AS r WHERE r.streak_freeze_max > 0) THEN
            v_frozen := hg__frozen_gaps(p_user_id, v_first);
        END IF;
        IF p_covered THEN
            v_frozen := v_frozen + datemultirange(daterange(v_last_day, p_last));
        END IF;
    END IF;

    RETURN (
        SELECT '[' || string_agg('{"day": "' || c.day || '", "state": "' || CASE
            WHEN (v_active >> c.n) & 1 = 1 THEN 'active'
            WHEN c.day < v_since THEN 'before'
            WHEN NOT v_every_day AND p_pauses @> c.day THEN 'paused'
            WHEN NOT v_every_day
                AND 1 + ((c.day - c_monday) % 7 + 7) % 7 <> ALL (p_weekdays)
                THEN 'unscheduled'
            WHEN c.day = p_last THEN 'open'
            WHEN v_frozen @> c.day THEN 'frozen'
            ELSE 'missed'
        END || '"}', ', ') || ']'
        FROM (SELECT g.n, v_first + g.n AS day FROM generate_series(0, 59) AS g (n)) AS c
    );
END
$hg__streak_calendar$;

REVOKE ALL ON FUNCTION hg__streak_calendar FROM public;
