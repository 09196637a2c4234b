-- The AI texts of a module or of the cross-module section: as stored, if that can be such a
-- section, else as the fold has them.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_section(p_stored jsonb, p_folded jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE WHEN jsonb_typeof(p_stored) IN ('object', 'null') THEN p_stored ELSE p_folded END;

REVOKE ALL ON FUNCTION hg__ai_section FROM public;
