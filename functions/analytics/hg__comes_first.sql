-- Whether a module comes before the holder of a best category: by the smaller ratio, then by the
-- alphabet; before no holder anything does. Exact: the ratios are compared across.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__comes_first(
    p_module text, p_figure integer, p_questions integer,
    p_holder text, p_holder_figure integer, p_holder_questions integer
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_holder IS NULL
OR p_figure::bigint * p_holder_questions < p_holder_figure::bigint * p_questions
OR (
    p_figure::bigint * p_holder_questions = p_holder_figure::bigint * p_questions
    AND p_module COLLATE "C" < p_holder COLLATE "C"
);

REVOKE ALL ON FUNCTION hg__comes_first FROM public;
