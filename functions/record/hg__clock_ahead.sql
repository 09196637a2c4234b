-- Whether the instant a caller gave is so far ahead of the server's clock that it is taken as now.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__clock_ahead(
    p_occurred_at timestamptz, p_now timestamptz
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN coalesce(p_occurred_at - p_now > interval '5 minutes', false);

REVOKE ALL ON FUNCTION hg__clock_ahead FROM public;
