-- The local day of an instant, as documents hold it; at the ends of the calendar its first or last.
-- Writes: nothing. Calls: hg__local_day. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_day(
    p_instant timestamptz, p_time_zone text, p_day_start_hour smallint
) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN to_char(
    CASE
        WHEN p_instant IS NOT NULL
            THEN least(
                greatest(
                    hg__local_day(p_instant, p_time_zone, p_day_start_hour), '0001-01-01'::date
                ),
                '9999-12-31'::date
            )
    END,
    'YYYY-MM-DD'
);

REVOKE ALL ON FUNCTION hg__legacy_day FROM public;
