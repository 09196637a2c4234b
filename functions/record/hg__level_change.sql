-- How a token_run moves the grade of its module, by the good and bad ones in a row: -1, 0 or 1.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__level_change(
    p_rules hg_rules, p_grade integer, p_attempt_good integer, p_attempt_bad integer
) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_attempt_good >= p_rules.up_after
        THEN coalesce(p_grade < p_rules.grade_top, false)::integer
    WHEN p_attempt_bad >= p_rules.down_after AND p_grade > p_rules.grade_bottom THEN -1
    ELSE 0
END;

REVOKE ALL ON FUNCTION hg__level_change FROM public;
