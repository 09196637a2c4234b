-- 'path: problem' where an object counts more correct answers than questions; NULL where it does
-- not. The two keys must be integers.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__more_correct(
    p_path text, p_object jsonb, p_correct text, p_questions text
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN (p_object ->> p_correct)::bigint > (p_object ->> p_questions)::bigint
        THEN format('%s.%s: must not exceed %s', p_path, p_correct, p_questions)
END;

REVOKE ALL ON FUNCTION hg__more_correct FROM public;
