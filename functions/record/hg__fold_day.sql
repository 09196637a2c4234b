-- What an activity does to the keys of the day: streak, zone, engagement, last_active.
-- o_day_counts: the day's tokens and time take this activity; o_new_day: it is the day's first.
-- Writes: nothing. Calls: hg__fold_streak, hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_day(
    p_stats hg_global_stats, p_entry hg_ledger, p_rules hg_rules, p_before_checkpoint boolean,
    OUT o_stats hg_global_stats, OUT o_word hg_streak_word, OUT o_new_day boolean,
    OUT o_day_counts boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_day$
DECLARE
    c_max CONSTANT bigint := 2147483647;
    v_seconds bigint := coalesce(p_entry.seconds, 0);
    v_streak record;
BEGIN
    o_stats := p_stats;
    o_word := 'unchanged';
    -- The fold's day never runs backward: an own day in the past counts for the present one.
    o_new_day := NOT p_entry.too_late
        AND coalesce(p_entry.local_day > p_stats.activity_date, true);
    o_day_counts := o_new_day OR NOT (p_entry.too_late OR p_before_checkpoint);

    IF p_stats.time_zone_next_from::timestamptz <= p_entry.occurred_at THEN
        o_stats.time_zone := p_stats.time_zone_next;
        o_stats.time_zone_next := NULL;
        o_stats.time_zone_next_from := NULL;
    END IF;
    IF o_new_day THEN
        v_streak := hg__fold_streak(p_stats, p_entry, p_rules);
        o_stats.streak_days := v_streak.o_streak_days;
        o_stats.streak_freezes := v_streak.o_freezes;
        o_word := v_streak.o_word;
        o_stats.longest_streak_days := greatest(p_stats.longest_streak_days, o_stats.streak_days);
        o_stats.activity_date := p_entry.local_day;
        o_stats.daily_tokens := 0;
        o_stats.daily_time_spent := 0;
    END IF;
    IF o_day_counts THEN
        o_stats.daily_time_spent := least(o_stats.daily_time_spent + v_seconds, c_max);
        o_stats.daily_engagement_minutes := o_stats.daily_time_spent / 60;
    END IF;
    o_stats.total_time_spent := least(p_stats.total_time_spent + v_seconds, c_max);
    o_stats.last_active := greatest(
        p_stats.last_active COLLATE "C", hg__instant_text(p_entry.occurred_at)
    );
END
$hg__fold_day$;

REVOKE ALL ON FUNCTION hg__fold_day FROM public;
