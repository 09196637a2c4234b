-- Whether a text is a day of the calendar, YYYY-MM-DD, in the years 1 to 9999. Never raises, as a
-- cast to date would.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__is_day(p_text text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_text ~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
        THEN substr(p_text, 9, 2)::integer <= extract(
            DAY FROM make_date(substr(p_text, 1, 4)::integer, substr(p_text, 6, 2)::integer, 1)
            + interval '1 month' - interval '1 day'
        )
    ELSE false
END;

REVOKE ALL ON FUNCTION hg__is_day FROM public;
