-- The blocks that the documents of many learners must have, without their mastery, as verify reads
-- it: level is a block without its progress. "learner" is the place in p_sources (from 1); played
-- is the last time the module was played, was_mastered what the older application said.
-- Writes: nothing. Calls: hg__legacy_seen_values, hg__legacy_seen_difficulties,
-- hg__legacy_seen_texts, hg__legacy_seen_instant, hg__legacy_seen_types, hg__instant_text.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_blocks(
    p_sources jsonb[], p_histories jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, module text, level jsonb, progress jsonb, played timestamptz,
    was_mastered boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
SET work_mem TO '32MB'
AS $hg__legacy_seen_blocks$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH old AS MATERIALIZED (
        SELECT v.* FROM hg__legacy_seen_values(p_sources, p_version) AS v
    ),

    difficulties AS MATERIALIZED (
        SELECT d.* FROM hg__legacy_seen_difficulties(p_sources) AS d
    ),

    -- An old block, or none, of each module the document must have.
    wanted AS (
        SELECT
            s.learner,
            r.module,
            r.grade_start,
            r.grade_bottom,
            r.grade_top,
            r.start_difficulty,
            r.start_lesson,
            r.concepts,
            r.fact_types,
            r.auto_skip_types,
            (s.source ->> 'grade')::smallint > r.auto_skip_above_grade AS skips,
            coalesce(o.block, '{}') AS block,
            coalesce(o.numbers, '{}') AS numbers,
            least(coalesce(o.sessions, 0), 2147483647) AS sessions,
            least(coalesce(o.questions, 0), 2147483647) AS questions,
            least(coalesce(o.correct, 0), 2147483647) AS correct,
            least(coalesce(o.tokens, 0), 2147483647) AS tokens,
            o.session_at,
            o.test_at,
            o.changed_at,
            o.mastered_at,
            greatest(
                o.played_at, o.session_at,
                (p_histories[s.learner] -> 'played' ->> r.module)::timestamptz
            ) AS played,
            o.level_kept,
            o.progress_kept,
            d.difficulty
        FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
        CROSS JOIN hg_rules AS r
        LEFT JOIN old AS o ON s.learner = o.learner AND r.module = o.module
        LEFT JOIN difficulties AS d ON s.learner = d.learner AND r.module = d.module
        WHERE r.rules_version = p_version AND (r.active OR o.module IS NOT NULL)
        OFFSET 0
    ),

    -- K is the lowest grade; a grade out of the module's range is its nearest.
    graded AS (
        SELECT
            w.*,
            CASE
                WHEN w.block ->> 'grade_level' ~ '^ *[kK] *$' THEN coalesce(w.grade_bottom, 0)
                WHEN w.numbers ? 'level.grade_level' THEN least(
                    greatest((w.numbers ->> 'level.grade_level')::integer, w.grade_bottom),
                    w.grade_top
                )
            END AS grade_of_level,
            CASE
                WHEN
                    w.block #>> '{progress,grade_level}' ~ '^ *[kK] *$'
                    THEN coalesce(w.grade_bottom, 0)
                WHEN w.numbers ? 'progress.grade_level' THEN least(
                    greatest((w.numbers ->> 'progress.grade_level')::integer, w.grade_bottom),
                    w.grade_top
                )
            END AS grade_of_progress,
            CASE
                WHEN jsonb_typeof(w.block -> 'progress') = 'object' THEN w.block -> 'progress'
                ELSE '{}'
            END AS old_progress
        FROM wanted AS w
        OFFSET 0
    ),

    -- Of which of the two places grade and attempts come; the order in which attempts are looked
    -- for begins with it.
    placed AS (
        SELECT
            g.*,
            CASE
                WHEN g.grade_of_level IS NULL AND g.grade_of_progress IS NOT NULL THEN 'progress'
                WHEN g.grade_of_level IS NOT NULL AND g.grade_of_progress IS NULL THEN 'level'
                WHEN coalesce(g.session_at, '-infinity') > coalesce(g.test_at, '-infinity')
                    THEN 'level'
                ELSE 'progress'
            END AS place,
            hg__legacy_seen_types(g.old_progress -> 'types_complete', g.fact_types) AS types
        FROM graded AS g
        OFFSET 0
    ),

    tried AS (
        SELECT
            p.*,
            a.good,
            a.bad,
            CASE
                WHEN
                    jsonb_typeof(v.override -> 'value') = 'boolean'
                    AND jsonb_typeof(v.override -> 'by') = 'string'
                    AND jsonb_typeof(v.override -> 'reason') = 'string'
                    AND v.at IS NOT NULL
                    THEN v.override || jsonb_build_object('at', hg__instant_text(v.at))
            END AS override
        FROM placed AS p
        LEFT JOIN LATERAL (
            SELECT
                p.numbers -> (o.place || o.good) AS good,
                p.numbers -> (o.place || o.bad) AS bad
            FROM (
                VALUES
                (p.place || '.', 'good_attempt', 'bad_attempt', 1),
                (CASE p.place WHEN 'level' THEN 'progress.' ELSE 'level.' END,
                'good_attempt', 'bad_attempt', 2),
                (p.place || '.', 'attempt_good', 'attempt_bad', 3),
                (CASE p.place WHEN 'level' THEN 'progress.' ELSE 'level.' END,
                'attempt_good', 'attempt_bad', 4)
            ) AS o (place, good, bad, turn)
            WHERE (p.fact_types <> '{}' OR o.turn > 2)
            AND (p.numbers ? (o.place || o.good) OR p.numbers ? (o.place || o.bad))
            ORDER BY o.turn
            LIMIT 1
        ) AS a ON p.numbers <> '{}'
        CROSS JOIN LATERAL (
            SELECT
                p.old_progress -> 'mastery_override' AS override,
                hg__legacy_seen_instant(p.old_progress -> 'mastery_override' -> 'at') AS at
            OFFSET 0
        ) AS v
        OFFSET 0
    )

    SELECT
        t.learner,
        t.module,
        coalesce(t.level_kept, '{}') || jsonb_build_object(
            'grade_level', CASE
                WHEN t.grade_bottom IS NULL THEN NULL
                WHEN t.place = 'level' THEN coalesce(t.grade_of_level, t.grade_start)
                ELSE coalesce(t.grade_of_progress, t.grade_start)
            END,
            'ai_analytics', CASE
                WHEN
                    jsonb_typeof(t.block -> 'ai_analytics') = 'object'
                    AND t.block -> 'ai_analytics' <> '{}'
                    THEN hg__legacy_seen_texts(t.block -> 'ai_analytics')
            END
        ),
        coalesce(t.progress_kept, '{}') || jsonb_build_object(
            'timestamp', hg__instant_text(
                coalesce(t.changed_at, greatest(t.played, t.test_at))
            ),
            'concepts', coalesce(
                CASE
                    WHEN jsonb_typeof(t.old_progress -> 'concepts') IN ('string', 'array') THEN (
                        SELECT string_agg(btrim(c.name, ' '), ', ' ORDER BY e.place, c.place)
                        FROM jsonb_array_elements('[]' || (t.old_progress -> 'concepts'))
                            WITH ORDINALITY AS e (item, place)
                        CROSS JOIN LATERAL string_to_table(e.item #>> '{}', ',')
                            WITH ORDINALITY AS c (name, place)
                        WHERE jsonb_typeof(e.item) = 'string' AND btrim(c.name, ' ') <> ''
                    )
                END,
                t.concepts
            ),
            'preferred_difficulty', coalesce(
                t.difficulty,
                CASE
                    WHEN t.numbers ? 'progress.preferred_difficulty' THEN least(greatest(
                        (t.numbers ->> 'progress.preferred_difficulty')::integer, 1
                    ), 5)
                    ELSE t.start_difficulty
                END
            ),
            'mastered_at', hg__instant_text(t.mastered_at),
            'mastery_override', t.override,
            'sessions_completed', t.sessions,
            'total_questions_answered', t.questions,
            'correct_answers', least(t.correct, t.questions),
            'tokens_earned', t.tokens,
            'time_spent_total', coalesce(t.numbers -> 'progress.time_spent_total', '0'),
            'best_score', CASE
                WHEN t.numbers ? 'progress.best_score'
                    THEN least((t.numbers ->> 'progress.best_score')::integer, 100)
                ELSE 0
            END,
            'best_time', t.numbers -> 'progress.best_time',
            'last_played', hg__instant_text(t.played),
            'test_taken',
            coalesce(t.old_progress ->> 'test_taken' ~* '^ *true *$', false),
            'test_rewarded',
            coalesce(t.old_progress ->> 'test_taken' ~* '^ *true *$', false)
            OR coalesce(t.old_progress ->> 'test_rewarded' ~* '^ *true *$', false)
            OR t.test_at IS NOT NULL,
            'attempt_good', coalesce(t.good, '0'),
            'attempt_bad', coalesce(t.bad, '0'),
            'lesson', coalesce((t.numbers ->> 'progress.lesson')::integer, t.start_lesson),
            'streak_current', coalesce(t.numbers -> 'progress.streak_current', '0'),
            'streak_best', coalesce(t.numbers -> 'progress.streak_best', '0'),
            'recent_results', CASE
                WHEN
                    jsonb_typeof(t.old_progress -> 'recent_results') = 'string'
                    AND t.old_progress ->> 'recent_results' ~ '^[01]{0,10}$'
                    THEN t.old_progress ->> 'recent_results'
                ELSE ''
            END,
            'recent_questions', coalesce(t.numbers -> 'progress.recent_questions', '0'),
            'recent_correct', least(
                coalesce((t.numbers ->> 'progress.recent_correct')::integer, 0),
                coalesce((t.numbers ->> 'progress.recent_questions')::integer, 0)
            ),
            'types_complete', to_jsonb(t.types),
            'current_step', (
                SELECT min(f.place) - 1
                FROM unnest(t.fact_types) WITH ORDINALITY AS f (name, place)
                WHERE f.name <> ALL (t.types)
                AND (t.skips AND f.name = ANY (t.auto_skip_types)) IS NOT TRUE
            )
        ),
        t.played,
        t.override IS NULL AND coalesce(
            t.old_progress ->> 'mastery_level' ~* '^ *(true|mastered) *$'
            AND jsonb_typeof(t.old_progress -> 'mastery_level') IN ('boolean', 'string'), false
        )
    FROM tried AS t;
END
$hg__legacy_seen_blocks$;

REVOKE ALL ON FUNCTION hg__legacy_seen_blocks FROM public;
