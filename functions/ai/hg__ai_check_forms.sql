-- The other form in which an answer may give a figure of the input: a share as its percent (0.85 is
-- 85), a percent as its share. A share is known by its key, a percent by its key or the one above.
-- NULL: it has none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_forms(
    p_path text[], p_figure numeric, OUT o_percent numeric, OUT o_share numeric
)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_forms$
DECLARE
    v_last integer := cardinality(p_path);
BEGIN
    IF p_path[v_last] ~ '(accuracy|consistency|rate|share|lift)'
        OR p_path[v_last] IN ('morning', 'afternoon', 'evening', 'night')
    THEN
        o_percent := p_figure * 100;
    ELSIF p_path[v_last] ~ '(percent|score)$'
        OR p_path[v_last] IN ('value', 'needed') AND p_path[v_last - 1] ~ '(percent|score)$'
    THEN
        o_share := p_figure / 100;
    END IF;
END
$hg__ai_check_forms$;

REVOKE ALL ON FUNCTION hg__ai_check_forms FROM public;
