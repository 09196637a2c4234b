-- What the first activity of a local day does to the streak and to the freezes.
-- The days since the last active one are unscheduled, paused or missed; freezes cover the missed
-- ones if they cover all of them. A day that is itself unscheduled or paused adds nothing.
-- Writes: nothing. Calls: hg__learner_pauses, hg__missed_days. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_streak(
    p_stats hg_global_stats, p_entry hg_ledger, p_rules hg_rules,
    OUT o_streak_days integer, OUT o_freezes integer, OUT o_word hg_streak_word
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_streak$
DECLARE
    v_pauses datemultirange
    := p_rules.pauses + hg__learner_pauses(p_entry.user_id, p_entry.ledger_id);
    v_counts boolean := NOT v_pauses @> p_entry.local_day
    AND extract(ISODOW FROM p_entry.local_day)::smallint = ANY (p_rules.streak_weekdays);
    v_missed integer := hg__missed_days(
        p_stats.activity_date, p_entry.local_day, p_rules.streak_weekdays, v_pauses,
        least(p_stats.streak_freezes, 2147483646) + 1
    );
BEGIN
    o_freezes := p_stats.streak_freezes;
    IF p_stats.activity_date IS NULL THEN
        o_streak_days := 1;
        o_word := 'started';
    ELSIF v_missed > p_stats.streak_freezes THEN
        o_streak_days := 1;
        o_word := 'restarted';
    ELSE
        o_streak_days := greatest(
            least(p_stats.streak_days::bigint + v_counts::integer, 2147483647)::integer, 1
        );
        o_freezes := o_freezes - v_missed;
        o_word := CASE
            WHEN v_missed > 0 THEN 'frozen'
            WHEN v_counts THEN 'extended'
            ELSE 'unchanged'
        END;
    END IF;

    IF p_rules.streak_freeze_every_days > 0
        AND o_streak_days % p_rules.streak_freeze_every_days = 0
        AND (o_streak_days <> p_stats.streak_days OR o_word IN ('started', 'restarted'))
        AND o_freezes < p_rules.streak_freeze_max
    THEN
        o_freezes := o_freezes + 1;
    END IF;
END
$hg__fold_streak$;

REVOKE ALL ON FUNCTION hg__fold_streak FROM public;
