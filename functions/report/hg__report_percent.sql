-- A share as every page writes it, in whole percent, halves up; NULL of nothing.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_percent(p_part bigint, p_whole bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN round(100.0 * p_part / nullif(p_whole, 0));

REVOKE ALL ON FUNCTION hg__report_percent FROM public;
