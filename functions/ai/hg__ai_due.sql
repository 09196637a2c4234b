-- The scopes of which a session has made a new analysis due, and why: those aside that have a job
-- which has not ended. The cross-module one needs a move between modules.
-- Writes: nothing. Calls: hg__ai_due_reason, hg__ai_sessions. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_due(
    p_document jsonb, p_entry hg_ledger, p_rules hg_rules, OUT o_scope text, OUT o_reason text
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_due$
DECLARE
    c_moves CONSTANT text[] := '{cross_module_analytics,learning_patterns_between_modules}';
BEGIN
    RETURN QUERY
    SELECT d.scope, d.reason
    FROM (
        SELECT
            s.scope,
            CASE
                WHEN p_entry.mastery_changed AND p_rules.ai_after_mastery
                    AND s.scope <> 'cross_module'
                    THEN 'mastery'
                ELSE hg__ai_due_reason(
                    a, hg__ai_sessions(p_document, s.scope), p_entry.recorded_at, p_rules
                )
            END AS reason
        FROM unnest(ARRAY['global', p_entry.module, 'cross_module']) AS s (scope)
        LEFT JOIN hg_ai_analyses AS a ON a.user_id = p_entry.user_id AND s.scope = a.scope
        WHERE s.scope <> 'cross_module' OR p_document #> c_moves <> '{}'
    ) AS d
    WHERE d.reason IS NOT NULL AND NOT EXISTS (
        SELECT FROM hg_ai_jobs AS j
        WHERE j.user_id = p_entry.user_id AND j.scope = d.scope AND j.finished_at IS NULL
    );
END
$hg__ai_due$;

REVOKE ALL ON FUNCTION hg__ai_due FROM public;
