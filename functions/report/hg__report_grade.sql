-- A module's grade as a figure of a page: K is 0, a dash where the module has none.
-- Writes: nothing. Calls: hg__report_value. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_grade(p_grade text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__report_value('grade_level', p_grade, CASE p_grade
    WHEN '0' THEN 'K' ELSE coalesce(p_grade, '-')
END);

REVOKE ALL ON FUNCTION hg__report_grade FROM public;
