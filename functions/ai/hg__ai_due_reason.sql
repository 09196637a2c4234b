-- Why a new analysis is due, by the settings and the last answer of OpenAI's for the scope (none:
-- NULLs); NULL: it is not.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_due_reason(
    p_last hg_ai_analyses, p_sessions integer, p_at timestamptz, p_rules hg_rules
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_due_reason$
BEGIN
    RETURN CASE
        WHEN p_sessions - coalesce(p_last.answered_sessions, 0) >= p_rules.ai_every_sessions
            THEN 'sessions'
        WHEN p_sessions <> p_last.answered_sessions
            AND p_last.answered_at <= p_at - p_rules.ai_every_days * interval '24 hours'
            THEN 'days'
    END;
END
$hg__ai_due_reason$;

REVOKE ALL ON FUNCTION hg__ai_due_reason FROM public;
