-- The progress of a module, mastery aside: p_level is its old block, p_progress that's progress,
-- both sound, p_more the event counters of its blocks under other names, p_attempts the object that
-- the attempts are taken from; p_ours: a rollback left them. An SQL function, so that it becomes
-- part of the query that calls it.
-- Writes: nothing. Calls: hg__legacy_at, hg__legacy_sum, hg__legacy_concepts, hg__instant_text,
-- hg__current_step. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_progress(
    p_rules hg_rules, p_concepts text, p_difficulty integer, p_lesson integer,
    p_progression boolean, p_level jsonb, p_progress jsonb, p_more jsonb, p_attempts jsonb,
    p_played timestamptz, p_assessed timestamptz, p_user_grade smallint, p_ours boolean
) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN jsonb_build_object(
    'timestamp', hg__instant_text(
        coalesce(hg__legacy_at(p_progress ->> 'timestamp'), greatest(p_played, p_assessed))
    ),
    'concepts', hg__legacy_concepts(p_progress -> 'concepts', p_concepts),
    'preferred_difficulty', p_difficulty,
    'mastery_level', false,
    'mastered_at', hg__instant_text(hg__legacy_at(p_progress ->> 'mastered_at')),
    'mastery_override', p_progress -> 'mastery_override',
    'sessions_completed', hg__legacy_sum('sessions_completed', p_level, p_progress, p_more),
    'total_questions_answered',
    hg__legacy_sum('total_questions_answered', p_level, p_progress, p_more),
    'correct_answers', least(
        hg__legacy_sum('correct_answers', p_level, p_progress, p_more),
        hg__legacy_sum('total_questions_answered', p_level, p_progress, p_more)
    ),
    'tokens_earned', hg__legacy_sum('tokens_earned', p_level, p_progress, p_more),
    'time_spent_total', coalesce((p_progress ->> 'time_spent_total')::integer, 0),
    'best_score', coalesce((p_progress ->> 'best_score')::integer, 0),
    'best_time', p_progress -> 'best_time',
    'last_played', hg__instant_text(p_played),
    'test_taken', coalesce((p_progress ->> 'test_taken')::boolean, false),
    -- In our own document a test may have been taken where none is rewarded.
    'test_rewarded', CASE
        WHEN p_ours AND p_progress ->> 'test_rewarded' IS NOT NULL THEN false
        ELSE coalesce((p_progress ->> 'test_taken')::boolean, false)
    END
    OR coalesce((p_progress ->> 'test_rewarded')::boolean, false)
    OR p_assessed IS NOT NULL,
    'attempt_good', coalesce((p_attempts ->> 'attempt_good')::integer, 0),
    'attempt_bad', coalesce((p_attempts ->> 'attempt_bad')::integer, 0),
    'lesson', coalesce((p_progress ->> 'lesson')::integer, p_lesson),
    'streak_current', coalesce((p_progress ->> 'streak_current')::integer, 0),
    'streak_best', coalesce((p_progress ->> 'streak_best')::integer, 0),
    'recent_results', coalesce(p_progress ->> 'recent_results', ''),
    'recent_questions', coalesce((p_progress ->> 'recent_questions')::integer, 0),
    'recent_correct', least(
        coalesce((p_progress ->> 'recent_correct')::integer, 0),
        coalesce((p_progress ->> 'recent_questions')::integer, 0)
    ),
    'types_complete', coalesce(p_progress -> 'types_complete', '[]'),
    'current_step', CASE
        WHEN p_progression
            THEN hg__current_step(
                p_rules, (
                    jsonb_populate_record(NULL::hg_progress, jsonb_build_object(
                        'types_complete', p_progress -> 'types_complete'
                    ))
                ).types_complete, p_user_grade
            )
    END
);

REVOKE ALL ON FUNCTION hg__legacy_progress FROM public;
