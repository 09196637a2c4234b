-- Notes when the input of the analysis was read that has just been stored; of OpenAI's also what
-- it was, and how many sessions it knew. The learner is locked.
-- Writes: hg_ai_analyses. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_remember(
    p_user_id users.id%TYPE,
    p_scope text,
    p_input_at timestamptz,
    p_answered_at timestamptz DEFAULT NULL,
    p_digest text DEFAULT NULL,
    p_sessions integer DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_remember$
BEGIN
    INSERT INTO hg_ai_analyses AS a (
        user_id, scope, input_at, answered_at, answered_digest, answered_sessions
    )
    VALUES (p_user_id, p_scope, p_input_at, p_answered_at, p_digest, p_sessions)
    ON CONFLICT (user_id, scope) DO UPDATE SET
        input_at = excluded.input_at,
        answered_at = coalesce(excluded.answered_at, a.answered_at),
        answered_digest = coalesce(excluded.answered_digest, a.answered_digest),
        answered_sessions = coalesce(excluded.answered_sessions, a.answered_sessions);
END
$hg__ai_remember$;

REVOKE ALL ON FUNCTION hg__ai_remember FROM public;
