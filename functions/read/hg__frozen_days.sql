-- The days of a calendar on which a missed day was, or would be, covered by a freeze: those inside
-- the streak (the fold covered them, or it would have ended), those since it if the freezes held
-- cover them, and earlier gaps that the receipt of the activity after them calls frozen.
-- Writes: nothing. Calls: hg__streak_start. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__frozen_days(
    p_stats jsonb, p_first date, p_last date, p_covered boolean, p_active date[],
    p_frozen date[], p_begun date[], p_pauses datemultirange, p_weekdays smallint[]
) RETURNS datemultirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__frozen_days$
DECLARE
    v_last_day date := p_stats ->> 'activity_date';
    v_days datemultirange := '{}';
    v_start date;
BEGIN
    IF v_last_day > p_first THEN
        v_start := coalesce(
            hg__streak_start(
                v_last_day, (p_stats ->> 'streak_days')::integer, p_active, p_begun,
                p_pauses, p_weekdays
            ),
            p_first
        );
        v_days := v_days + datemultirange(daterange(v_start, v_last_day));
    END IF;
    IF p_covered THEN
        v_days := v_days + datemultirange(daterange(v_last_day, p_last));
    END IF;
    IF p_frozen IS NOT NULL THEN
        v_days := v_days + (
            SELECT range_agg(daterange(g.last_day, f.day))
            FROM unnest(p_frozen) AS f (day)
            CROSS JOIN LATERAL (
                SELECT coalesce(max(a.day), p_first)
                FROM unnest(p_active) AS a (day)
                WHERE a.day < f.day
            ) AS g (last_day)
        );
    END IF;
    RETURN v_days;
END
$hg__frozen_days$;

REVOKE ALL ON FUNCTION hg__frozen_days FROM public;
