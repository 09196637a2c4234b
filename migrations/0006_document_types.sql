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
    IF to_regtype('hg_block') IS NULL THEN
        CREATE TYPE hg_block AS (
            grade_level integer,
            progress hg_progress,
            ai_analytics jsonb
        );
    END IF;
    IF to_regtype('hg_pair') IS NULL THEN
        CREATE TYPE hg_pair AS (
            count integer,
            good integer,
            questions integer,
            correct integer
        );
    END IF;
    IF to_regtype('hg_cross_section') IS NULL THEN
        CREATE TYPE hg_cross_section AS (
            learning_patterns_between_modules jsonb,
            module_transition_success_rate jsonb,
            preferred_learning_sequence jsonb,
            cross_concept_mastery jsonb,
            ai_analytics jsonb
        );
    END IF;
    IF to_regtype('hg_receipt') IS NULL THEN
        CREATE TYPE hg_receipt AS (
            activity_id uuid,
            replayed boolean,
            module text,
            run_type hg_run_type,
            occurred_at text,
            local_day date,
            score integer,
            good boolean,
            tokens_awarded integer,
            tokens_requested integer,
            capped_by hg_token_limit,
            tokens integer,
            daily_tokens integer,
            streak_days integer,
            streak hg_streak_word,
            grade_level smallint,
            level_change smallint,
            mastery_level boolean,
            mastery_changed boolean,
            preferred_difficulty smallint,
            warnings text[]
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
COMMENT ON TYPE hg_block IS
'The keys of a module''s block, as the fold writes them (docs/document.md).';
COMMENT ON TYPE hg_pair IS
'The figures of a pair of modules in a document''s cross-module section (docs/document.md).';
COMMENT ON TYPE hg_cross_section IS
'The keys of a document''s cross_module_analytics, as the fold writes them (docs/document.md).';
COMMENT ON TYPE hg_receipt IS
'The receipt of an activity, key by key (hg_record_activity).';
COMMENT ON TYPE hg_activity_outcome IS
'What became of one item of hg_record_activities: its receipt, or its error.';
