-- The new blocks of some modules (p_modules), made of the old ones, which are sound and under the
-- catalog's names, and the sums of their sessions, questions, correct answers, tokens and seconds.
-- p_more: module -> counters of its blocks under other names; the rest as for hg__legacy_modules.
-- OFFSET 0 ends each step, or what it reads would be read again wherever it is used.
-- Writes: nothing. Calls: hg__legacy_at, hg__legacy_attempts, hg__legacy_progress,
-- hg__legacy_untouched, hg__legacy_mastered. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_blocks(
    p_blocks jsonb, p_more jsonb, p_ours boolean, p_modules text[], p_played jsonb,
    p_difficulties jsonb, p_user_grade smallint, p_at timestamptz, p_rules_version integer,
    OUT o_blocks jsonb, OUT o_sums bigint[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_blocks$
DECLARE
    c_of_block CONSTANT text[] := '{
        grade_level,progress,ai_analytics,
        sessions_completed,total_questions_answered,correct_answers,tokens_earned,
        attempt_good,attempt_bad,good_attempt,bad_attempt,last_session_date
    }'::text[];
    c_of_progress CONSTANT text[] := '{
        timestamp,concepts,preferred_difficulty,mastery_level,mastered_at,mastery_override,
        sessions_completed,total_questions_answered,correct_answers,tokens_earned,
        time_spent_total,best_score,best_time,last_played,test_taken,test_rewarded,
        attempt_good,attempt_bad,lesson,streak_current,streak_best,recent_results,
        recent_questions,recent_correct,types_complete,current_step,
        grade_level,assessment_completed_date,good_attempt,bad_attempt
    }'::text[];
BEGIN
    WITH old AS (
        SELECT
            r AS rules,
            r.module,
            r.concepts,
            r.start_lesson,
            r.start_difficulty,
            r.auto_skip_above_grade,
            r.grade_start,
            r.fact_types <> '{}' AS progression,
            coalesce(p_blocks -> r.module, '{}') AS level,
            coalesce(nullif(p_blocks -> r.module -> 'progress', 'null'), '{}') AS progress
        FROM hg_rules AS r
        WHERE r.rules_version = p_rules_version AND r.module = ANY (p_modules)
        OFFSET 0
    ), dated AS (
        SELECT
            o.*,
            hg__legacy_at(o.progress ->> 'assessment_completed_date') AS assessed,
            greatest(
                hg__legacy_at(o.progress ->> 'last_played'),
                hg__legacy_at(o.level ->> 'last_session_date'),
                (p_played ->> o.module)::timestamptz
            ) AS played,
            -- Of two grades that of the later one of session and assessment counts.
            CASE num_nulls(o.level ->> 'grade_level', o.progress ->> 'grade_level')
                WHEN 1 THEN o.level ->> 'grade_level' IS NOT NULL
                ELSE coalesce(
                    hg__legacy_at(o.level ->> 'last_session_date') > coalesce(
                        hg__legacy_at(o.progress ->> 'assessment_completed_date'), '-infinity'
                    ),
                    false
                )
            END AS level_first
        FROM old AS o
        OFFSET 0
    ), chosen AS (
        SELECT
            d.*,
            CASE
                WHEN d.level_first
                    THEN hg__legacy_attempts(d.level, d.progress, d.progression)
                ELSE hg__legacy_attempts(d.progress, d.level, d.progression)
            END AS attempts,
            CASE
                WHEN d.grade_start IS NOT NULL
                    THEN coalesce(
                        CASE WHEN d.level_first THEN d.level ELSE d.progress END ->> 'grade_level',
                        d.grade_start::text
                    )::integer
            END AS grade,
            coalesce(
                (p_difficulties -> d.module ->> 0)::integer,
                (d.progress ->> 'preferred_difficulty')::integer, d.start_difficulty
            ) AS difficulty
        FROM dated AS d
        OFFSET 0
    ), made AS (
        SELECT
            c.module,
            c.rules,
            c.level,
            c.grade,
            c.auto_skip_above_grade,
            c.progress -> 'mastery_level' AS mastery_level,
            coalesce(c.played, p_at) AS reached,
            (c.progress - c_of_progress) || hg__legacy_progress(
                c.rules, c.concepts, c.difficulty, c.start_lesson, c.progression, c.level,
                c.progress, p_more -> c.module, c.attempts, c.played, c.assessed, p_user_grade,
                p_ours
            ) AS progress
        FROM chosen AS c
        OFFSET 0
    )

    SELECT
        coalesce(
            jsonb_object_agg(m.module, (m.level - c_of_block) || jsonb_build_object(
                'grade_level', m.grade,
                'progress', CASE
                    WHEN hg__legacy_untouched(
                        m.progress, m.mastery_level, p_user_grade, m.auto_skip_above_grade
                    )
                        THEN m.progress
                    ELSE hg__legacy_mastered(
                        m.rules, m.grade, m.progress, m.mastery_level, m.reached, p_user_grade
                    )
                END,
                'ai_analytics', nullif(m.level -> 'ai_analytics', '{}')
            )),
            '{}'
        ),
        ARRAY[
            coalesce(sum((m.progress ->> 'sessions_completed')::bigint), 0),
            coalesce(sum((m.progress ->> 'total_questions_answered')::bigint), 0),
            coalesce(sum((m.progress ->> 'correct_answers')::bigint), 0),
            coalesce(sum((m.progress ->> 'tokens_earned')::bigint), 0),
            coalesce(sum((m.progress ->> 'time_spent_total')::bigint), 0)
        ]
    INTO o_blocks, o_sums
    FROM made AS m;
END
$hg__legacy_blocks$;

REVOKE ALL ON FUNCTION hg__legacy_blocks FROM public;
