-- A total of many learners, rounded to a step that is at least as large as what any one of them
-- adds to it: 5, 10, 20, 50, 100 and so on. Without that one, it is the same or one step off.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_rounded(p_total numeric, p_most numeric) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_rounded$
DECLARE
    v_step numeric := 5;
BEGIN
    WHILE v_step < p_most LOOP
        v_step := v_step * CASE left(v_step::text, 1) WHEN '2' THEN 2.5 ELSE 2 END;
    END LOOP;
    RETURN round(p_total / v_step) * v_step;
END
$hg__cross_rounded$;

REVOKE ALL ON FUNCTION hg__cross_rounded FROM public;
