-- From when a change of zone made now applies: the start of the later of the two zones' next local
-- days; NULL: at once, the learner has no activity yet. p_time_zone NULL is the default.
-- Writes: nothing. Calls: hg__document_zone, hg__local_day, hg__day_start. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__zone_change_instant(
    p_stats jsonb, p_time_zone text, p_now timestamptz, p_rules hg_rules
) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__zone_change_instant$
DECLARE
    v_old text := hg__document_zone(p_stats, p_now, p_rules.default_time_zone);
    v_new text := coalesce(p_time_zone, p_rules.default_time_zone);
    v_hour smallint := p_rules.day_start_hour;
BEGIN
    IF p_stats ->> 'last_active' IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN greatest(
        hg__day_start(hg__local_day(p_now, v_old, v_hour) + 1, v_old, v_hour),
        hg__day_start(hg__local_day(p_now, v_new, v_hour) + 1, v_new, v_hour)
    );
END
$hg__zone_change_instant$;

REVOKE ALL ON FUNCTION hg__zone_change_instant FROM public;
