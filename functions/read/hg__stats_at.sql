-- A document's global_stats as true at p_at: a streak that is broken reads 0, and so does what
-- belongs to a day that is over. The learner's own pauses are looked up only where they decide.
-- Writes: nothing. Calls: hg__day_at, hg__missed_days, hg__learner_pauses. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__stats_at(
    p_user_id users.id%TYPE, p_stats jsonb, p_at timestamptz, p_settings hg_rules
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__stats_at$
DECLARE
    v_last_day date := p_stats ->> 'activity_date';
    v_day date := hg__day_at(p_stats, p_at, p_settings);
    v_freezes integer;
BEGIN
    IF v_last_day = v_day THEN
        RETURN p_stats;
    END IF;

    v_freezes := least((p_stats ->> 'streak_freezes')::integer, 2147483646);
    IF hg__missed_days(
        v_last_day, v_day, p_settings.streak_weekdays, p_settings.pauses, v_freezes + 1
    ) > v_freezes THEN
        IF hg__missed_days(
            v_last_day, v_day, p_settings.streak_weekdays,
            p_settings.pauses + hg__learner_pauses(p_user_id), v_freezes + 1
        ) > v_freezes THEN
            p_stats := p_stats || '{"streak_days": 0}';
        END IF;
    END IF;
    RETURN p_stats
        || '{"daily_tokens": 0, "daily_time_spent": 0, "daily_engagement_minutes": 0}';
END
$hg__stats_at$;

REVOKE ALL ON FUNCTION hg__stats_at FROM public;
