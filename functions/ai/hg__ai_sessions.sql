-- The sessions completed in a scope, by the document: of the module, or all of them.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_sessions(p_document jsonb, p_scope text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN p_scope IN ('global', 'cross_module')
        THEN (p_document #>> '{global_stats,total_sessions_completed}')::integer
    ELSE (p_document #>> ARRAY['modules', p_scope, 'progress', 'sessions_completed'])::integer
END;

REVOKE ALL ON FUNCTION hg__ai_sessions FROM public;
