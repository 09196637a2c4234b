-- The receipt of an activity, from its ledger row.
-- Writes: nothing. Calls: hg__score, hg__exact_instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__activity_receipt(
    p_entry hg_ledger, p_replayed boolean
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN to_jsonb((
    p_entry.id,
    p_replayed,
    p_entry.module,
    p_entry.run_type,
    hg__exact_instant_text(p_entry.occurred_at),
    p_entry.local_day,
    hg__score(p_entry),
    p_entry.good,
    p_entry.tokens_awarded,
    p_entry.tokens_requested,
    p_entry.capped_by,
    p_entry.tokens,
    p_entry.daily_tokens,
    p_entry.streak_days,
    p_entry.streak,
    p_entry.grade_level,
    p_entry.level_change,
    p_entry.mastery_level,
    p_entry.mastery_changed,
    p_entry.preferred_difficulty,
    CASE WHEN p_entry.clock_ahead THEN ARRAY['clock_ahead'] ELSE '{}' END || CASE
        WHEN p_entry.too_late THEN ARRAY['too_late']
        WHEN p_entry.late THEN ARRAY['late']
        ELSE '{}'
    END
)::hg_receipt);

REVOKE ALL ON FUNCTION hg__activity_receipt FROM public;
