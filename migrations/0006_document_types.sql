-- The two parts of a document that every activity reads, as types: one call reads all their keys.
-- And what became of one activity of many.
DO $$
BEGIN
    IF to_regtype('hg_global_stats') IS NULL THEN
        CREATE TYPE hg_global_stats AS (
            tokens integer,
            total_tokens_earned integer,
            total_tokens_spent integer,
            daily_tokens integer,
            streak_days integer,
            longest_streak_days integer,
            streak_freezes integer,
            activity_date date,
            time_zone text,
            time_zone_next text,
            time_zone_next_from text,
            total_questions_answered integer,
            total_correct_answers integer,
            total_sessions_completed integer,
            total_time_spent integer,
            daily_time_spent integer,
            daily_engagement_minutes integer,
            fastest_category text,
            highest_score_category text,
            last_active text,
            last_module text
        );
    END IF;
    IF to_regtype('hg_progress') IS NULL THEN
        CREATE TYPE hg_progress AS (
            "timestamp" text,
            concepts text,
            preferred_difficulty integer,
            mastery_level boolean,
            mastered_at text,
            mastery_override jsonb,
            sessions_completed integer,
            total_questions_answered integer,
            correct_answers integer,
            tokens_earned integer,
            time_spent_total integer,
            best_score integer,
            best_time integer,
            last_played text,
            test_taken boolean,
            test_rewarded boolean,
            attempt_good integer,
            attempt_bad integer,
            lesson integer,
            streak_current integer,
            streak_best integer,
            recent_results text,
            recent_questions integer,
            recent_correct integer,
            types_complete text[],
            current_step integer
        );
    END IF;
    IF to_regtype('hg_activity_outcome') IS NULL THEN
        CREATE TYPE hg_activity_outcome AS (
            ordinal integer,
            receipt jsonb,
            error_code text,
            error_message text,
            error_detail text,
            error_hint text
        );
    END IF;
END
$$;

COMMENT ON TYPE hg_global_stats IS
'The keys of a document''s global_stats, with the types the fold reads them as (docs/document.md).';
COMMENT ON TYPE hg_progress IS
'The keys of a module block''s progress, with the types the fold reads them as (docs/document.md).';
COMMENT ON TYPE hg_activity_outcome IS
'What became of one item of hg_record_activities: its receipt, or its error.';
