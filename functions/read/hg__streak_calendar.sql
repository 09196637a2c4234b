-- The last 60 local days up to p_last, oldest first, each with what it was for the streak.
-- p_covered: the freezes held would cover the days missed since activity_date.
-- Built as text: parsed once it takes half the time of 60 jsonb_build_object(). Hence the
-- DateStyle.
-- Writes: nothing. Calls: hg__active_days, hg__frozen_gaps. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__streak_calendar(
    p_user_id users.id%TYPE, p_stats jsonb, p_last date, p_covered boolean,
    p_pauses datemultirange, p_weekdays smallint[]
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET datestyle TO 'ISO, YMD'
AS $hg__streak_calendar$
DECLARE
    v_first date := p_last - 59;
    v_last_day date := p_stats ->> 'activity_date';
    v_known record := hg__active_days(p_user_id, v_first, p_last);
    v_active date[] := coalesce(v_known.o_active, '{}');
    -- Before the first activity that is known; without any that is all but the last day.
    v_since date := CASE
        WHEN v_known.o_earlier OR v_last_day < v_first THEN v_first
        ELSE coalesce(least(v_active[1], v_last_day), p_last)
    END;
    v_frozen datemultirange := '{}';
BEGIN
    IF v_last_day >= v_first AND v_last_day <> ALL (v_active) THEN
        v_active := v_active || v_last_day;
    END IF;
    IF cardinality(v_active) <= p_last - v_since THEN
        v_frozen := hg__frozen_gaps(p_user_id, v_first);
        IF p_covered THEN
            v_frozen := v_frozen + datemultirange(daterange(v_last_day, p_last));
        END IF;
    END IF;

    RETURN (
        SELECT '[' || string_agg('{"day": "' || c.day || '", "state": "' || CASE
            WHEN c.day = ANY (v_active) THEN 'active'
            WHEN c.day < v_since THEN 'before'
            WHEN p_pauses @> c.day THEN 'paused'
            WHEN extract(ISODOW FROM c.day)::smallint <> ALL (p_weekdays) THEN 'unscheduled'
            WHEN c.day = p_last THEN 'open'
            WHEN v_frozen @> c.day THEN 'frozen'
            ELSE 'missed'
        END || '"}', ',' ORDER BY c.n) || ']'
        FROM (
            SELECT g.n, v_first + g.n AS day FROM generate_series(0, 59) AS g (n)
        ) AS c
    )::jsonb;
END
$hg__streak_calendar$;

REVOKE ALL ON FUNCTION hg__streak_calendar FROM public;
