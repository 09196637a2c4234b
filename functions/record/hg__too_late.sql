-- Whether an activity that is recorded now occurred before the late window.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__too_late(
    p_occurred_at timestamptz, p_now timestamptz, p_rules hg_rules
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_occurred_at < p_now - p_rules.late_window_days * interval '24 hours';

REVOKE ALL ON FUNCTION hg__too_late FROM public;
