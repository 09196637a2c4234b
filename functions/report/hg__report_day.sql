-- A day as every page writes it: 3 Oct 2026.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_day(p_day date) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN to_char(p_day, 'FMDD Mon YYYY');

REVOKE ALL ON FUNCTION hg__report_day FROM public;
