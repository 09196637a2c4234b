-- The module recommended next and why, in words. NULL where there is none.
-- Writes: nothing. Calls: hg__ai_rules_correct, hg__ai_rules_count. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_next(p_input jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_next$
DECLARE
    v_module text := p_input #>> '{next_module,module}';
    v_figures jsonb := p_input -> 'modules' -> v_module;
BEGIN
    RETURN 'Play ' || v_module || ' next: ' || CASE p_input #>> '{next_module,reason}'
        WHEN 'helps' THEN 'it goes better right after the module played last'
        WHEN 'review' THEN 'it is mastered, but the latest results are not good' || coalesce(
            ', ' || (v_figures ->> 'recent_good') || ' good among the last '
            || hg__ai_rules_count(v_figures ->> 'recent_sessions', 'result'), ''
        )
        WHEN 'finish' THEN 'it is on its way to mastery' || coalesce(
            ', with ' || hg__ai_rules_correct(v_figures) || ' correct', ''
        )
        ELSE 'it has not been tried yet'
    END || '.';
END
$hg__ai_rules_next$;

REVOKE ALL ON FUNCTION hg__ai_rules_next FROM public;
