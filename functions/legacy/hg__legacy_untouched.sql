-- Whether nothing can be said of the mastery of a module: nothing was done in it, and neither the
-- older application (p_stored, its mastery_level) nor a person nor the learner's grade says a word.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_untouched(
    p_progress jsonb, p_stored jsonb, p_user_grade smallint, p_skip_above smallint
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN p_progress -> 'sessions_completed' = '0'
AND p_progress -> 'total_questions_answered' = '0'
AND p_progress -> 'types_complete' = '[]'
AND p_progress -> 'mastery_override' = 'null'
AND p_progress -> 'mastered_at' = 'null'
AND coalesce(p_stored, 'false') = 'false'
AND (p_user_grade > p_skip_above) IS NOT TRUE;

REVOKE ALL ON FUNCTION hg__legacy_untouched FROM public;
