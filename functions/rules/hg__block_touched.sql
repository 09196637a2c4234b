-- Whether anything was done in a module: without a session, a question and a complete type nobody
-- has mastered it, whatever its rule says.
-- Writes: nothing. Calls: hg__types_done. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__block_touched(
    p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__block_touched$
DECLARE
    v_progress jsonb := p_block -> 'progress';
BEGIN
    RETURN (v_progress ->> 'sessions_completed')::integer > 0
        OR (v_progress ->> 'total_questions_answered')::integer > 0
        OR hg__types_done(
            p_rules,
            ARRAY(SELECT jsonb_array_elements_text(v_progress -> 'types_complete')),
            p_user_grade
        ) <> '{}';
END
$hg__block_touched$;

REVOKE ALL ON FUNCTION hg__block_touched FROM public;
