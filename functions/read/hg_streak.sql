-- The streak as true at an instant, and the calendar a person sees it by.
-- Writes: nothing. Calls: hg__check_reading, hg__learner, hg__streak_at, hg__require_sound.
-- Raises: 22023, 55000, LG404, LG422.
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
BEGIN
    PERFORM hg__check_reading(p_user_id, p_at);
    v_learner := hg__learner(p_user_id);
    BEGIN
        RETURN hg__streak_at(
            p_user_id, v_learner.o_document -> 'global_stats', p_at, v_learner.o_settings
        );
    EXCEPTION
        WHEN data_exception THEN
            PERFORM hg__require_sound(v_learner.o_document);
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
