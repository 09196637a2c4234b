-- A number as every page writes it: 1,234,567.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_number(p_number bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN to_char(p_number, 'FM9,999,999,999,999,990');

REVOKE ALL ON FUNCTION hg__report_number FROM public;
