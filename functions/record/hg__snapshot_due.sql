-- Whether the sessions between two global_stats of a learner come by a place for a snapshot: about
-- every 256th does.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__snapshot_due(p_before jsonb, p_after jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN (p_before ->> 'total_sessions_completed')::integer / 256
< (p_after ->> 'total_sessions_completed')::integer / 256;

REVOKE ALL ON FUNCTION hg__snapshot_due FROM public;
