-- The first instant whose local day is p_day or later.
-- Where clocks change, the wall clock's hour may not exist or occur twice: the hour is taken with
-- the offset of the day before and with that of the day after, and the earlier that fits wins. An
-- hour that is skipped fits neither: then the day starts at the skip, which lies between the two.
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
    v_low timestamptz := least(v_before, v_after);
    v_high timestamptz := greatest(v_before, v_after);
    v_middle timestamptz;
BEGIN
    IF hg__local_day(v_low, p_time_zone, p_day_start_hour) >= p_day THEN
        RETURN v_low;
    END IF;
    -- v_low is before the day, v_high is not; clocks change at whole seconds.
    WHILE v_high AT TIME ZONE p_time_zone > v_wall AND v_high - v_low > interval '1 second' LOOP
        v_middle := date_trunc('second', v_low + (v_high - v_low) / 2);
        IF hg__local_day(v_middle, p_time_zone, p_day_start_hour) >= p_day THEN
            v_high := v_middle;
        ELSE
            v_low := v_middle;
        END IF;
    END LOOP;
    RETURN v_high;
END
$hg__day_start$;

REVOKE ALL ON FUNCTION hg__day_start FROM public;
