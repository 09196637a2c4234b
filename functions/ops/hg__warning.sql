-- A warning of hg_status: what it concerns, how grave it is (look: at daytime; bad: now), and what
-- to do.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__warning(p_concern text, p_level text, p_text text) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN jsonb_build_object('concern', p_concern, 'level', p_level, 'text', p_text);

REVOKE ALL ON FUNCTION hg__warning FROM public;
