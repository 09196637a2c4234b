-- The local day of an instant for the learner whose global_stats these are.
-- Writes: nothing. Calls: hg__local_day, hg__document_zone. Raises: 22023 for a zone that is none.
CREATE OR REPLACE FUNCTION hg__document_day(
    p_stats jsonb, p_instant timestamptz, p_rules hg_rules
) RETURNS date
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__local_day(
    p_instant,
    hg__document_zone(p_stats, p_instant, p_rules.default_time_zone),
    p_rules.day_start_hour
);

REVOKE ALL ON FUNCTION hg__document_day FROM public;
