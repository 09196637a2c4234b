-- What is wrong with a time zone's name; NULL: nothing. PostgreSQL itself takes far more as a zone
-- ('FOO5', 'EST', other cases of letters), so the list decides.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__time_zone_problem(p_time_zone text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__time_zone_problem$
BEGIN
    IF p_time_zone = 'UTC' THEN
        RETURN NULL;
    ELSIF p_time_zone IS NULL THEN
        RETURN 'no name is given';
    ELSIF p_time_zone !~ '/' THEN
        RETURN 'it is not UTC and has no slash';
    ELSIF p_time_zone ~ '^(posix|right|Etc)/' THEN
        RETURN 'names that begin with posix/, right/ or Etc/ are not taken';
    ELSIF NOT EXISTS (SELECT FROM pg_timezone_names AS z WHERE z.name = p_time_zone) THEN
        RETURN 'pg_timezone_names has no such name (upper and lower case count)';
    END IF;
    RETURN NULL;
END
$hg__time_zone_problem$;

REVOKE ALL ON FUNCTION hg__time_zone_problem FROM public;
