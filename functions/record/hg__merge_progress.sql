-- A module block with the progress that the fold has computed; keys it does not know stay.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__merge_progress(
    p_block jsonb, p_progress hg_progress, p_grade integer
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_block || jsonb_build_object(
    'grade_level', p_grade, 'progress', (p_block -> 'progress') || to_jsonb(p_progress)
);

REVOKE ALL ON FUNCTION hg__merge_progress FROM public;
