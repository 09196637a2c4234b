-- What interval the lift of a pair lies in, with 99 % confidence: of the accuracy of a part of a
-- module's questions less that of all of them. Newcombe's interval (Wilson's for each of the two)
-- of the part less the rest, times the share of the rest, which is what the lift is made of. What
-- is counted in it are sessions, not answers: those of one session go well or badly together, and
-- no session varies more than one that is all right or all wrong, so the interval is rather too
-- wide than too narrow. Rounded to p_decimals; NULL where the part has no questions, or where
-- there is no rest.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_interval(
    p_correct numeric, p_questions numeric, p_count numeric,
    p_all_correct numeric, p_all_questions numeric, p_all_count numeric,
    p_decimals integer, OUT o_low numeric, OUT o_high numeric
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_interval$
DECLARE
    -- The two-sided 99 % point of the normal distribution.
    c_z CONSTANT double precision := 2.5758293035489004;
    c_zz CONSTANT double precision := c_z * c_z;
    v_n double precision := p_count;
    v_m double precision := p_all_count - p_count;
    v_other numeric := p_all_questions - p_questions;
    v_p double precision;
    v_r double precision;
    v_p_middle double precision;
    v_p_half double precision;
    v_r_middle double precision;
    v_r_half double precision;
    v_rest double precision;
BEGIN
    IF (
        v_n > 0 AND v_m > 0 AND p_questions > 0 AND v_other > 0
        AND p_all_correct - p_correct BETWEEN 0 AND v_other
    ) IS NOT TRUE THEN
        RETURN;
    END IF;
    v_p := p_correct / p_questions;
    v_r := (p_all_correct - p_correct) / v_other;
    v_rest := v_other / p_all_questions;
    v_p_middle := (v_p + c_zz / (2 * v_n)) / (1 + c_zz / v_n);
    v_p_half := c_z * sqrt(v_p * (1 - v_p) / v_n + c_zz / (4 * v_n * v_n)) / (1 + c_zz / v_n);
    v_r_middle := (v_r + c_zz / (2 * v_m)) / (1 + c_zz / v_m);
    v_r_half := c_z * sqrt(v_r * (1 - v_r) / v_m + c_zz / (4 * v_m * v_m)) / (1 + c_zz / v_m);
    o_low := trim_scale(round((v_rest * (v_p - v_r - sqrt(
        (v_p - v_p_middle + v_p_half) ^ 2 + (v_r_middle + v_r_half - v_r) ^ 2
    )))::numeric, p_decimals));
    o_high := trim_scale(round((v_rest * (v_p - v_r + sqrt(
        (v_p_middle + v_p_half - v_p) ^ 2 + (v_r - v_r_middle + v_r_half) ^ 2
    )))::numeric, p_decimals));
END
$hg__cross_interval$;

REVOKE ALL ON FUNCTION hg__cross_interval FROM public;
