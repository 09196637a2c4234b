-- The columns of the five tables that a document has no home for: the import archives them only.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_homeless() RETURNS TABLE (source text, names text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
BEGIN ATOMIC
    SELECT
        h.source,
        h.names::text[]
    FROM (
        VALUES
        (
            'subject_mastery',
            '{is_unlocked,next_grade_unlocked,downgraded,recent_30_attempts,recent_30_correct,
            recent_20_attempts,recent_20_correct,total_attempts,correct_attempts,mastery_level,
            upgrade_eligible,downgrade_eligible}'
        ),
        ('ai_analytics', '{recommendations,learning_style}')
    ) AS h (source, names);
END;

REVOKE ALL ON FUNCTION hg__legacy_plan_homeless FROM public;
