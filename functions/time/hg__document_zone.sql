-- The zone in force at an instant by global_stats: the waiting one once its instant has come; the
-- learner's own, else the default.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__document_zone(
    p_stats jsonb, p_instant timestamptz, p_default_time_zone text
) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN coalesce(
    CASE
        WHEN (p_stats ->> 'time_zone_next_from')::timestamptz <= p_instant
            THEN p_stats ->> 'time_zone_next'
        ELSE p_stats ->> 'time_zone'
    END,
    p_default_time_zone
);

REVOKE ALL ON FUNCTION hg__document_zone FROM public;
