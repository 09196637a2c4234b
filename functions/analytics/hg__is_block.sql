-- Whether an entry of a document's modules looks like a block of ours. The older application left
-- others there (math_rush), which stay as they are and count in nothing.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__is_block(p_block jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN coalesce(p_block -> 'progress' ? 'recent_results', false);

REVOKE ALL ON FUNCTION hg__is_block FROM public;
