-- The texts of an array, NULLs left out; where that leaves none, those of the other array.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_texts(p_texts jsonb, p_otherwise jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN coalesce(
    nullif(jsonb_path_query_array(p_texts, 'strict $[*] ? (@ != null)', silent => true), '[]'),
    jsonb_path_query_array(p_otherwise, 'strict $[*] ? (@ != null)', silent => true),
    '[]'
);

REVOKE ALL ON FUNCTION hg__legacy_texts FROM public;
