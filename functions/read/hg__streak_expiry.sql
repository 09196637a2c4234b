-- The instant at which a streak reads 0 if nothing more comes: the start of the local day after the
-- first missed day that no freeze covers, in the zone then in force.
-- Writes: nothing. Calls: hg__nth_missed_day, hg__day_start. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__streak_expiry(
    p_stats jsonb, p_pauses datemultirange, p_settings hg_rules
) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__streak_expiry$
DECLARE
    v_day date := 1 + hg__nth_missed_day(
        (p_stats ->> 'activity_date')::date,
        least((p_stats ->> 'streak_freezes')::integer, 2147483646) + 1,
        p_settings.streak_weekdays, p_pauses
    );
    v_change timestamptz := p_stats ->> 'time_zone_next_from';
    v_expiry timestamptz := hg__day_start(
        v_day, coalesce(p_stats ->> 'time_zone', p_settings.default_time_zone),
        p_settings.day_start_hour
    );
BEGIN
    IF (v_expiry < v_change) IS NOT FALSE THEN
        RETURN v_expiry;
    END IF;
    RETURN greatest(v_change, hg__day_start(
        v_day, coalesce(p_stats ->> 'time_zone_next', p_settings.default_time_zone),
        p_settings.day_start_hour
    ));
END
$hg__streak_expiry$;

REVOKE ALL ON FUNCTION hg__streak_expiry FROM public;
