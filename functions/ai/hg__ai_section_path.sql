-- Where in the document the analysis of a scope stands.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_section_path(p_scope text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE p_scope
    WHEN 'global' THEN ARRAY['ai_analytics']
    WHEN 'cross_module' THEN ARRAY['cross_module_analytics', 'ai_analytics']
    ELSE ARRAY['modules', p_scope, 'ai_analytics']
END;

REVOKE ALL ON FUNCTION hg__ai_section_path FROM public;
