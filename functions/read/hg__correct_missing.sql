-- How many correct answers in a row an accuracy of p_percent over p_min_questions still needs, at
-- the least; NULL: no number would do (100 percent after a wrong answer).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__correct_missing(
    p_correct numeric, p_questions numeric, p_min_questions integer, p_percent integer
) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_percent < 100
        THEN greatest(
            ceil((p_percent * p_questions - 100 * p_correct) / (100 - p_percent)),
            p_min_questions - p_questions
        )
    WHEN p_correct = p_questions THEN p_min_questions - p_questions
END;

REVOKE ALL ON FUNCTION hg__correct_missing FROM public;
