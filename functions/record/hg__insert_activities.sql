-- Stores the ledger rows of activities, in their order. The caller holds the learners and has seen
-- that the ids are new.
-- Writes: hg_ledger. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__insert_activities(p_entries hg_ledger[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__insert_activities$
BEGIN
    -- Every column but ledger_id, which has a default (another one on a distributed installation).
    INSERT INTO hg_ledger (
        occurred_at, recorded_at, user_id, id, rules_version, local_day, seconds, tokens_requested,
        tokens_awarded, tokens, daily_tokens, streak_days, kind, run_type, streak, capped_by,
        questions, correct, user_grade, grade_level, level_change, preferred_difficulty, good,
        mastery_level, mastery_changed, late, too_late, clock_ahead, module, details, recorded_by,
        receipt, document
    )
    SELECT
        e.occurred_at, e.recorded_at, e.user_id, e.id, e.rules_version, e.local_day, e.seconds,
        e.tokens_requested, e.tokens_awarded, e.tokens, e.daily_tokens, e.streak_days, e.kind,
        e.run_type, e.streak, e.capped_by, e.questions, e.correct, e.user_grade, e.grade_level,
        e.level_change, e.preferred_difficulty, e.good, e.mastery_level, e.mastery_changed, e.late,
        e.too_late, e.clock_ahead, e.module, e.details, e.recorded_by, e.receipt, e.document
    FROM unnest(p_entries) AS e;
END
$hg__insert_activities$;

REVOKE ALL ON FUNCTION hg__insert_activities FROM public;
