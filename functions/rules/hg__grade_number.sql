-- The number a users.grade stands for: 'K' is 0; NULL where it is no number.
-- A fraction counts as the next grade, so that "above 5" stays true for it.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__grade_number(p_grade text) RETURNS smallint
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN upper(btrim(p_grade)) = 'K' THEN 0::smallint
    WHEN btrim(p_grade) ~ '^[0-9]{1,9}(\.[0-9]{1,9})?$'
        THEN least(ceil(btrim(p_grade)::numeric), 32767)::smallint
END;

REVOKE ALL ON FUNCTION hg__grade_number FROM public;
