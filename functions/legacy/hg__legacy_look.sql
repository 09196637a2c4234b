-- A first look at an old block and its progress: the values that hg__legacy_plain takes, as texts,
-- and whether all else is as it should be, ranges included. It casts nothing, so it may look at
-- anything.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_look(
    p_level jsonb, p_progress jsonb, p_grade_bottom integer, p_grade_top integer,
    p_fact_types text[]
) RETURNS TABLE (numbers text, flags text, instants text, rest boolean)
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
BEGIN ATOMIC
    SELECT
        concat_ws(
            ',', p_level -> 'grade_level',
            p_level -> 'sessions_completed', p_level -> 'total_questions_answered',
            p_level -> 'correct_answers', p_level -> 'tokens_earned',
            p_level -> 'attempt_good', p_level -> 'attempt_bad',
            p_level -> 'good_attempt', p_level -> 'bad_attempt',
            p_progress -> 'grade_level',
            p_progress -> 'sessions_completed', p_progress -> 'total_questions_answered',
            p_progress -> 'correct_answers', p_progress -> 'tokens_earned',
            p_progress -> 'attempt_good', p_progress -> 'attempt_bad',
            p_progress -> 'good_attempt', p_progress -> 'bad_attempt',
            p_progress -> 'time_spent_total', p_progress -> 'best_score',
            p_progress -> 'best_time', p_progress -> 'lesson',
            p_progress -> 'preferred_difficulty',
            p_progress -> 'streak_current', p_progress -> 'streak_best',
            p_progress -> 'recent_questions', p_progress -> 'recent_correct'
        ) AS numbers,
        concat_ws(',', p_progress -> 'test_taken', p_progress -> 'test_rewarded') AS flags,
        concat_ws(
            ',', p_level -> 'last_session_date', p_progress -> 'timestamp',
            p_progress -> 'last_played', p_progress -> 'assessment_completed_date',
            p_progress -> 'mastered_at'
        ) AS instants,
        coalesce(jsonb_typeof(p_level -> 'progress'), 'null') IN ('object', 'null')
        AND coalesce(p_level -> 'ai_analytics', 'null') IN ('null', '{}')
        AND coalesce(p_progress -> 'best_score', '0') <= '100'
        AND coalesce(nullif(p_progress -> 'preferred_difficulty', 'null'), '1') BETWEEN '1' AND '5'
        AND (
            p_grade_bottom IS NULL
            OR coalesce(
                nullif(p_level -> 'grade_level', 'null') BETWEEN to_jsonb(p_grade_bottom)
                AND to_jsonb(p_grade_top), true
            ) AND coalesce(
                nullif(p_progress -> 'grade_level', 'null') BETWEEN to_jsonb(p_grade_bottom)
                AND to_jsonb(p_grade_top), true
            )
        )
        AND coalesce(p_level -> 'correct_answers', '0')
        <= coalesce(p_level -> 'total_questions_answered', '0')
        AND coalesce(p_progress -> 'correct_answers', '0')
        <= coalesce(p_progress -> 'total_questions_answered', '0')
        AND CASE
            WHEN coalesce(p_progress -> 'types_complete', '[]') = '[]' THEN true
            ELSE starts_with(
                to_jsonb(p_fact_types)::text, rtrim((p_progress -> 'types_complete')::text, ']')
            )
        END
        AND coalesce(jsonb_typeof(p_progress -> 'concepts'), 'string') IN ('array', 'string')
        AND jsonb_path_exists(
            p_progress -> 'concepts', 'strict $[*] ? (@.type() != "string")', silent => true
        ) IS NOT TRUE
        AND coalesce(p_progress -> 'recent_correct', '0')
        <= coalesce(p_progress -> 'recent_questions', '0')
        AND coalesce((p_progress -> 'recent_results')::text ~ '^"[01]{0,10}"$', true)
        AND coalesce(p_progress -> 'mastery_override', 'null') = 'null' AS rest;
END;

REVOKE ALL ON FUNCTION hg__legacy_look FROM public;
