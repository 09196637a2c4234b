-- A row of the ledger for a person to read.
-- Writes: nothing. Calls: hg__exact_instant_text, hg__activity_receipt. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__export_entry(p_entry hg_ledger) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN jsonb_build_object(
    'recorded_at', hg__exact_instant_text(p_entry.recorded_at),
    'occurred_at', CASE
        WHEN isfinite(p_entry.occurred_at) THEN hg__exact_instant_text(p_entry.occurred_at)
    END,
    'what', p_entry.kind,
    'id', p_entry.id,
    'recorded_by', p_entry.recorded_by,
    'module', p_entry.module,
    'grade_then', p_entry.user_grade,
    'rules_version', p_entry.rules_version,
    'given', p_entry.details
) || CASE
    WHEN p_entry.kind = 'activity'
        THEN jsonb_build_object(
            'questions', p_entry.questions,
            'correct', p_entry.correct,
            'seconds', p_entry.seconds,
            'receipt', hg__activity_receipt(p_entry, false)
        )
    WHEN p_entry.receipt IS NOT NULL
        THEN jsonb_build_object('receipt', p_entry.receipt)
    ELSE jsonb_build_object('document', p_entry.document)
END;

REVOKE ALL ON FUNCTION hg__export_entry FROM public;
