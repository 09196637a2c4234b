-- The streak as true at an instant, and the calendar a person sees it by.
-- Writes: nothing. Calls: hg__check_reading, hg__learner, hg__log_access, hg__streak_at,
-- hg__require_sound. Raises: 22023, 55000, LG404, LG422.
-- SECURITY DEFINER: readers get one learner's streak, not the ledger.
-- PARALLEL UNSAFE: the block that names a malformed document is a subtransaction.
CREATE OR REPLACE FUNCTION hg_streak(
    p_user_id users.id%TYPE, p_at timestamptz DEFAULT now()
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_streak$
DECLARE
    v_learner record;
    v_document jsonb;
    v_stats jsonb;
    v_settings hg_rules;
BEGIN
    IF p_user_id IS NULL OR (
        p_at >= '0001-01-01 00:00:00Z' AND p_at < '10000-01-01 00:00:00Z'
    ) IS NOT TRUE THEN
        PERFORM hg__check_reading(p_user_id, p_at);
    END IF;
    -- All at once for whom nothing is unusual: a document, whole, of the kind it should be.
    -- #> '{}' decompresses it once, for all that follows.
    SELECT
        u.hidden_grade_asset #> '{}', r.modules, r.default_time_zone, r.day_start_hour,
        r.streak_weekdays, r.pauses, r.access_log
    INTO
        v_document, v_settings.modules, v_settings.default_time_zone, v_settings.day_start_hour,
        v_settings.streak_weekdays, v_settings.pauses, v_settings.access_log
    FROM users AS u
    CROSS JOIN hg_installation AS i
    INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
    WHERE u.id = p_user_id AND i.live
    LIMIT 1;
    v_stats := v_document -> 'global_stats';
    IF (
        jsonb_typeof(v_stats) = 'object' AND v_document -> 'modules' ?& v_settings.modules
        AND jsonb_typeof(v_document -> 'cross_module_analytics') = 'object'
    ) IS NOT TRUE THEN
        v_learner := hg__learner(p_user_id);
        v_document := v_learner.o_document;
        v_settings := v_learner.o_settings;
        v_stats := v_document -> 'global_stats';
    END IF;
    IF v_settings.access_log THEN
        PERFORM hg__log_access(p_user_id, 'hg_streak');
    END IF;
    BEGIN
        RETURN hg__streak_at(p_user_id, v_stats, p_at, v_settings);
    EXCEPTION
        WHEN data_exception THEN
            PERFORM hg__require_sound(v_document);
            RAISE;
    END;
END
$hg_streak$;

REVOKE ALL ON FUNCTION hg_streak FROM public;
GRANT EXECUTE ON FUNCTION hg_streak TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_streak IS
$$The learner's streak as true at an instant, with nothing written: {streak_days,
longest_streak_days, status, expires_at, freezes, days}.

status is the first that holds of: none (no day with an activity yet), done_today, broken
(streak_days reads 0), frozen (days were missed, and the freezes held cover them), resting (today is
unscheduled or paused), at_risk. expires_at is the instant, UTC in whole seconds, at which the
streak would read 0 if nothing more came; null for none and broken. days are the last 60 local days,
oldest first, {day, state}: active, frozen, paused, unscheduled, missed, open (today, without an
activity yet) or before (earlier than the first activity known).

Arguments: p_at an instant at or after last_active, of the years 1 to 9999; now by default.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG422 the stored document is malformed.

Example: SELECT hg_streak(1) ->> 'status';

Rules: docs/rules.md$$;
