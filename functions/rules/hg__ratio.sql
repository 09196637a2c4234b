-- p_part / p_whole, computed exactly and rounded to four decimals, halves away from zero.
-- NULL where p_whole is 0; p_whole is never negative.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ratio(p_part numeric, p_whole numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_whole > 0
        THEN trim_scale(
            sign(p_part) * div(abs(p_part) * 20000 + p_whole, 2 * p_whole) / 10000
        )
END;

REVOKE ALL ON FUNCTION hg__ratio FROM public;
