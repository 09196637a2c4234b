-- The instant from which a streak reads 0 if nothing more comes; NULL: never. p_calendar holds the
-- texts of activity_date, streak_freezes, time_zone, time_zone_next and time_zone_next_from, and
-- of the learner's own pauses. What is malformed has no streak.
-- Writes: nothing. Calls: hg__streak_expiry. Raises: nothing.
-- PARALLEL UNSAFE: the block that notices a malformed document is a subtransaction.
CREATE OR REPLACE FUNCTION hg__standing_until(
    p_calendar text[], p_settings hg_rules
) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__standing_until$
BEGIN
    RETURN hg__streak_expiry(
        jsonb_object(
            '{activity_date,streak_freezes,time_zone,time_zone_next,time_zone_next_from}',
            p_calendar[1:5]
        ),
        p_settings.pauses + coalesce(p_calendar[6]::datemultirange, '{}'),
        p_settings
    );
EXCEPTION
    WHEN data_exception THEN
        RETURN '-infinity';
END
$hg__standing_until$;

REVOKE ALL ON FUNCTION hg__standing_until FROM public;
