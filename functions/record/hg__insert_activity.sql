-- Stores an activity's ledger row. The caller holds the learner and has seen that its id is new.
-- Writes: hg_ledger. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__insert_activity(p_entry hg_ledger) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__insert_activity$
BEGIN
    INSERT INTO hg_ledger (
        occurred_at, recorded_at, user_id, id, rules_version, local_day, seconds,
        tokens_requested, tokens_awarded, tokens, daily_tokens, streak_days,
        kind, run_type, streak, capped_by, questions, correct, user_grade, grade_level,
        level_change, preferred_difficulty, good, mastery_level, mastery_changed,
        late, too_late, clock_ahead, module, details
    )
    VALUES (
        p_entry.occurred_at, p_entry.recorded_at, p_entry.user_id, p_entry.id,
        p_entry.rules_version, p_entry.local_day, p_entry.seconds,
        p_entry.tokens_requested, p_entry.tokens_awarded, p_entry.tokens, p_entry.daily_tokens,
        p_entry.streak_days, p_entry.kind, p_entry.run_type, p_entry.streak, p_entry.capped_by,
        p_entry.questions, p_entry.correct, p_entry.user_grade, p_entry.grade_level,
        p_entry.level_change, p_entry.preferred_difficulty, p_entry.good, p_entry.mastery_level,
        p_entry.mastery_changed, p_entry.late, p_entry.too_late, p_entry.clock_ahead,
        p_entry.module, p_entry.details
    );
END
$hg__insert_activity$;

REVOKE ALL ON FUNCTION hg__insert_activity FROM public;
