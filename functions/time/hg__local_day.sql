-- The local day of an instant: the calendar date in the zone, less the hours before the day starts.
-- Writes: nothing. Calls: nothing. Raises: 22023 for a zone that PostgreSQL does not know.
CREATE OR REPLACE FUNCTION hg__local_day(
    p_instant timestamptz, p_time_zone text, p_day_start_hour smallint
) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN ((p_instant AT TIME ZONE p_time_zone) - p_day_start_hour * interval '1 hour')::date;

REVOKE ALL ON FUNCTION hg__local_day FROM public;
