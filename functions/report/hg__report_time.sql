-- Seconds as every page writes them: 45 s, 12 min, 3 h 05 min.
-- Writes: nothing. Calls: hg__report_number. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_time(p_seconds bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_seconds < 60 THEN p_seconds || ' s'
    WHEN p_seconds < 3600 THEN p_seconds / 60 || ' min'
    ELSE
        hg__report_number(p_seconds / 3600)
        || to_char(p_seconds / 60 % 60, '" h "FM00" min"')
END;

REVOKE ALL ON FUNCTION hg__report_time FROM public;
