-- The band of grades that a users.grade, as a number, falls into: all that an analysis is told of
-- it. K is 0. NULL where it is no grade of a school.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_metrics_grade_band(p_grade smallint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_grade BETWEEN 0 AND 2 THEN 'K-2'
    WHEN p_grade BETWEEN 3 AND 5 THEN '3-5'
    WHEN p_grade BETWEEN 6 AND 8 THEN '6-8'
    WHEN p_grade BETWEEN 9 AND 12 THEN '9-12'
END;

REVOKE ALL ON FUNCTION hg__ai_metrics_grade_band FROM public;
