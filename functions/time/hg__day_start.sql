-- The first instant whose local day is p_day or later.
-- Where clocks change, the wall clock's hour may not exist or occur twice: the hour is taken with
-- the offset of the day before and with that of the day after, and the earlier that fits wins.
-- Writes: nothing. Calls: hg__local_day. Raises: 22023 for a zone that PostgreSQL does not know.
CREATE OR REPLACE FUNCTION hg__day_start(
    p_day date, p_time_zone text, p_day_start_hour smallint
) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__day_start$
DECLARE
    v_wall timestamp := p_day + p_day_start_hour * interval '1 hour';
    v_before timestamptz := (v_wall - interval '1 day') AT TIME ZONE p_time_zone
        + interval '24 hours';
    v_after timestamptz := (v_wall + interval '1 day') AT TIME ZONE p_time_zone
        - interval '24 hours';
BEGIN
    IF hg__local_day(least(v_before, v_after), p_time_zone, p_day_start_hour) >= p_day THEN
        RETURN least(v_before, v_after);
    END IF;
    RETURN greatest(v_before, v_after);
END
$hg__day_start$;

REVOKE ALL ON FUNCTION hg__day_start FROM public;
