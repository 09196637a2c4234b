-- A number where there is little room: 950, 9.5k, 12k, 3.1M.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_short(p_number bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_number < 1000 THEN p_number::text
    WHEN p_number < 9950 THEN trim_scale(round(p_number / 1000.0, 1)) || 'k'
    WHEN p_number < 999500 THEN round(p_number / 1000.0) || 'k'
    WHEN p_number < 9950000 THEN trim_scale(round(p_number / 1000000.0, 1)) || 'M'
    ELSE round(p_number / 1000000.0) || 'M'
END;

REVOKE ALL ON FUNCTION hg__report_short FROM public;
