-- The gaps between a learner's active days that freezes covered, those that reach p_first or later.
-- The receipts say what was issued, but a late arrival may have changed it: so the days are folded
-- again, and only the days, from the latest snapshot before p_first or the checkpoint. Where nobody
-- can have had a freeze there is nothing to fold.
-- Writes: nothing. Calls: hg__checkpoint, hg__checkpoint_document, hg__history, hg__fold_streak.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__frozen_gaps(
    p_user_id users.id%TYPE, p_first date
) RETURNS datemultirange
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__frozen_gaps$
DECLARE
    v_checkpoint hg_ledger := hg__checkpoint(p_user_id);
    v_start hg_snapshots;
    v_stats hg_global_stats;
    v_entry hg_ledger;
    v_rules hg_rules;
    v_streak record;
    v_gaps datemultirange := '{}';
BEGIN
    SELECT s.* INTO v_start
    FROM hg_snapshots AS s
    WHERE s.user_id = p_user_id AND s.checkpoint_id = v_checkpoint.ledger_id
    -- No zone and no day start is further than this from UTC's day.
    AND s.occurred_at < (p_first - 2)::timestamp AT TIME ZONE 'UTC'
    ORDER BY s.occurred_at DESC, s.id DESC
    LIMIT 1;
    v_stats := jsonb_populate_record(
        NULL::hg_global_stats,
        coalesce(v_start.document, hg__checkpoint_document(v_checkpoint)) -> 'global_stats'
    );
    IF v_stats.streak_freezes = 0
        AND NOT EXISTS (SELECT FROM hg_rules AS r WHERE r.streak_freeze_max > 0)
    THEN
        RETURN v_gaps;
    END IF;

    FOR v_entry IN
        SELECT h.*
        FROM hg__history(
            v_checkpoint, p_after_at => v_start.occurred_at, p_after_id => v_start.id
        ) AS h
        WHERE h.kind = 'activity' AND NOT h.too_late
    LOOP
        CONTINUE WHEN v_entry.local_day <= v_stats.activity_date;
        SELECT r.* INTO v_rules
        FROM hg_rules AS r
        WHERE r.rules_version = v_entry.rules_version AND r.module = v_entry.module;
        v_streak := hg__fold_streak(v_stats, v_entry, v_rules);
        IF v_streak.o_word = 'frozen' THEN
            v_gaps := v_gaps
                + datemultirange(daterange(v_stats.activity_date, v_entry.local_day));
        END IF;
        v_stats.activity_date := v_entry.local_day;
        v_stats.streak_days := v_streak.o_streak_days;
        v_stats.streak_freezes := v_streak.o_freezes;
    END LOOP;
    RETURN v_gaps;
END
$hg__frozen_gaps$;

REVOKE ALL ON FUNCTION hg__frozen_gaps FROM public;
