-- The values of the old blocks of many learners, one row a block of the new document that there was
-- an old one of, as verify reads it. "learner" is the place in p_sources (from 1); block is the one
-- that serves first; numbers are those of it, by 'level.<key>' and 'progress.<key>', within 0 and
-- 2147483647; sessions, questions, correct and tokens: the sums over both places and all blocks of
-- the module; level_kept and progress_kept: the keys that are not ours.
-- Writes: nothing. Calls: hg__legacy_seen_old, hg__legacy_seen_number, hg__legacy_seen_instant.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_values(
    p_sources jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, module text, block jsonb, numbers jsonb, sessions numeric, questions numeric,
    correct numeric, tokens numeric, session_at timestamptz, test_at timestamptz,
    played_at timestamptz, changed_at timestamptz, mastered_at timestamptz, level_kept jsonb,
    progress_kept jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_values$
#variable_conflict use_column
DECLARE
    c_both CONSTANT text[] := '{
        sessions_completed,total_questions_answered,correct_answers,tokens_earned,
        attempt_good,attempt_bad,good_attempt,bad_attempt,grade_level
    }';
    c_numbers CONSTANT text[] := c_both || '{
        time_spent_total,best_score,best_time,lesson,preferred_difficulty,streak_current,
        streak_best,recent_questions,recent_correct
    }'::text[];
    c_level CONSTANT text[] := c_both || '{progress,ai_analytics,last_session_date}'::text[];
    c_progress CONSTANT text[] := c_numbers || '{
        timestamp,concepts,mastery_level,mastered_at,mastery_override,last_played,test_taken,
        test_rewarded,recent_results,types_complete,current_step,assessment_completed_date
    }'::text[];
BEGIN
    RETURN QUERY
    WITH old AS (
        SELECT
            o.learner,
            o.module,
            o.turn,
            o.block,
            v.*,
            s.*
        FROM hg__legacy_seen_old(p_sources, p_version) AS o
        -- Every value, wherever it stands, is a row for a moment.
        CROSS JOIN LATERAL (
            SELECT
                jsonb_object_agg(
                    concat(l.place, '.', l.key), least(greatest(l.number, 0), 2147483647)
                ) FILTER (WHERE l.number IS NOT NULL) AS numbers,
                jsonb_object_agg(l.key, l.value) FILTER (
                    WHERE l.place = 'level' AND l.key <> ALL (c_level)
                ) AS level_kept,
                jsonb_object_agg(l.key, l.value) FILTER (
                    WHERE l.place = 'progress' AND l.key <> ALL (c_progress)
                ) AS progress_kept
            FROM (
                SELECT
                    e.place,
                    e.key,
                    e.value,
                    CASE
                        WHEN e.key = ANY (c_numbers) THEN trunc(hg__legacy_seen_number(e.value))
                    END AS number
                FROM (
                    SELECT 'level' AS place, b.key, b.value FROM jsonb_each(o.block) AS b
                    UNION ALL
                    SELECT 'progress', b.key, b.value
                    FROM jsonb_each(
                        CASE jsonb_typeof(o.block -> 'progress')
                            WHEN 'object' THEN o.block -> 'progress'
                        END
                    ) AS b
                ) AS e
            ) AS l
            OFFSET 0
        ) AS v
        CROSS JOIN LATERAL (
            SELECT
                sum(n.figure) FILTER (WHERE n.path LIKE '%.sessions_completed') AS sessions,
                sum(n.figure) FILTER (WHERE n.path LIKE '%.total_questions_answered') AS questions,
                sum(n.figure) FILTER (WHERE n.path LIKE '%.correct_answers') AS correct,
                sum(n.figure) FILTER (WHERE n.path LIKE '%.tokens_earned') AS tokens
            FROM (
                SELECT f.key AS path, f.value::numeric AS figure FROM jsonb_each(v.numbers) AS f
            ) AS n
        ) AS s
        WHERE o.module IS NOT NULL
    ),

    read AS MATERIALIZED (
        SELECT o.* FROM old AS o
    ),

    others AS (
        SELECT
            r.learner, r.module, sum(r.sessions) AS sessions, sum(r.questions) AS questions,
            sum(r.correct) AS correct, sum(r.tokens) AS tokens
        FROM read AS r
        WHERE r.turn > 1
        GROUP BY r.learner, r.module
    )

    SELECT
        r.learner,
        r.module,
        r.block,
        coalesce(r.numbers, '{}'),
        coalesce(r.sessions, 0) + coalesce(o.sessions, 0),
        coalesce(r.questions, 0) + coalesce(o.questions, 0),
        coalesce(r.correct, 0) + coalesce(o.correct, 0),
        coalesce(r.tokens, 0) + coalesce(o.tokens, 0),
        hg__legacy_seen_instant(r.block -> 'last_session_date'),
        hg__legacy_seen_instant(r.block #> '{progress,assessment_completed_date}'),
        hg__legacy_seen_instant(r.block #> '{progress,last_played}'),
        hg__legacy_seen_instant(r.block #> '{progress,timestamp}'),
        hg__legacy_seen_instant(r.block #> '{progress,mastered_at}'),
        r.level_kept,
        r.progress_kept
    FROM read AS r
    LEFT JOIN others AS o ON r.learner = o.learner AND r.module = o.module
    WHERE r.turn = 1;
END
$hg__legacy_seen_values$;

REVOKE ALL ON FUNCTION hg__legacy_seen_values FROM public;
