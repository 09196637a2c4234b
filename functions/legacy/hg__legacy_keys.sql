-- What the import reads of old documents and columns: the kind of each key's value and, of numbers,
-- the range it is cut to. A grade's range is its module's.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_keys()
RETURNS TABLE (section text, kind text, lowest integer, highest integer, keys text[])
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
BEGIN ATOMIC
    SELECT
        k.section,
        k.kind,
        k.lowest,
        k.highest,
        k.keys
    FROM (
        VALUES
        (
            'document', 'object', NULL, NULL,
            '{global_stats,modules,ai_analytics,cross_module_analytics}'::text[]
        ),
        (
            'columns', 'number', 0, 2147483647,
            '{tokens,streak_days,daily_tokens_earned,questions_answered,correct_answers,
            daily_engagement_minutes}'
        ),
        ('columns', 'instant', NULL, NULL, '{last_active}'),
        (
            'global_stats', 'number', 0, 2147483647,
            '{tokens,total_tokens_earned,daily_tokens,daily_tokens_earned,streak_days,
            longest_streak_days,streak_freezes,total_questions_answered,total_correct_answers,
            total_time_spent,daily_time_spent,daily_engagement_minutes}'
        ),
        ('our global_stats', 'number', 0, 2147483647, '{total_sessions_completed}'),
        ('global_stats', 'day', NULL, NULL, '{activity_date}'),
        ('global_stats', 'time zone', NULL, NULL, '{time_zone}'),
        ('global_stats', 'instant', NULL, NULL, '{time_zone_next_from,last_active}'),
        ('zone change', 'time zone', NULL, NULL, '{time_zone_next}'),
        ('block', 'grade', 0, 2147483647, '{grade_level}'),
        ('block', 'instant', NULL, NULL, '{last_session_date}'),
        ('block', 'object', NULL, NULL, '{progress,ai_analytics}'),
        ('other block', 'object', NULL, NULL, '{progress}'),
        (
            'counters', 'number', 0, 2147483647,
            '{sessions_completed,total_questions_answered,correct_answers,tokens_earned}'
        ),
        ('attempts', 'number', 0, 2147483647, '{attempt_good,attempt_bad}'),
        ('rush attempts', 'number', 0, 2147483647, '{good_attempt,bad_attempt}'),
        ('progress', 'grade', 0, 2147483647, '{grade_level}'),
        (
            'progress', 'number', 0, 2147483647,
            '{time_spent_total,best_time,lesson,streak_current,streak_best,recent_questions,
            recent_correct}'
        ),
        ('progress', 'number', 0, 100, '{best_score}'),
        ('progress', 'number', 1, 5, '{preferred_difficulty}'),
        (
            'progress', 'instant', NULL, NULL,
            '{timestamp,last_played,assessment_completed_date,mastered_at}'
        ),
        ('progress', 'boolean', NULL, NULL, '{test_taken,test_rewarded}'),
        ('progress', 'results', NULL, NULL, '{recent_results}'),
        ('progress', 'concepts', NULL, NULL, '{concepts}'),
        ('progress', 'array', NULL, NULL, '{types_complete}'),
        ('progress', 'override', NULL, NULL, '{mastery_override}'),
        ('ai_analytics', 'instant', NULL, NULL, '{analysis_date,datetime_generated}'),
        ('ai_analytics', 'object', NULL, NULL, '{learning_patterns,engagement_analysis}'),
        (
            'ai_analytics', 'array', NULL, NULL,
            '{strengths,areas_for_improvement,suggested_activities,weaknesses}'
        ),
        ('ai_analytics', 'source', NULL, NULL, '{source}'),
        ('ai_analytics', 'string', NULL, NULL, '{model}'),
        ('ai_analytics', 'boolean', NULL, NULL, '{stale}'),
        (
            'cross_module_analytics', 'object', NULL, NULL,
            '{learning_patterns_between_modules,ai_analytics}'
        )
    ) AS k (section, kind, lowest, highest, keys);
END;

REVOKE ALL ON FUNCTION hg__legacy_keys FROM public;
