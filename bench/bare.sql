-- The documents of all learners in one statement, as a good engineer would write it who knows the
-- data: plain SQL, and for what follows from other figures by the rules of the product (mastery,
-- the step in a list of types, the best categories, the pairs of modules and what is derived of
-- them, snake_case) its own functions. Nothing is mended, archived, recorded or locked.
-- Dates of the documents are all written in the same way, so they are compared as they are.
INSERT INTO bare (id, document)
WITH rules AS MATERIALIZED (
    SELECT r AS rule, r.*
    FROM hg_rules AS r
    INNER JOIN hg_installation AS i ON r.rules_version = i.rules_version
    WHERE r.active
), names AS MATERIALIZED (
    SELECT n.name, r.module, r.min_questions, r.good_percent
    FROM rules AS r
    CROSS JOIN unnest(r.module || r.aliases) AS n (name)
), sessions AS (
    SELECT
        h.user_id,
        h.completed_at,
        n.module,
        h.questions_total AS questions,
        h.questions_correct AS correct,
        h.questions_total >= n.min_questions
        AND h.questions_correct * 100 >= n.good_percent * h.questions_total AS good,
        lag(n.module) OVER (
            PARTITION BY h.user_id, n.module IS NULL ORDER BY h.completed_at, h.id
        ) AS before,
        row_number() OVER (PARTITION BY h.user_id ORDER BY h.completed_at, h.id) AS place
    FROM module_history AS h
    LEFT JOIN names AS n ON h.module_name = n.name
), history AS (
    SELECT
        s.user_id,
        max(s.completed_at) AS last_at,
        (array_agg(s.module ORDER BY s.place DESC) FILTER (WHERE s.module IS NOT NULL))[1]
            AS last_module,
        jsonb_object_agg(
            s.module, to_char(s.completed_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') ORDER BY s.place
        ) FILTER (WHERE s.module IS NOT NULL) AS played,
        hg__legacy_pairs(
            array_agg(s.before || '>' || s.module ORDER BY s.place) FILTER (WHERE s.moved),
            array_agg(s.good ORDER BY s.place) FILTER (WHERE s.moved),
            array_agg(s.questions ORDER BY s.place) FILTER (WHERE s.moved),
            array_agg(s.correct ORDER BY s.place) FILTER (WHERE s.moved)
        ) AS pairs
    FROM (SELECT s.*, s.before <> s.module AS moved FROM sessions AS s) AS s
    GROUP BY s.user_id
), difficulties AS (
    SELECT d.user_id, jsonb_object_agg(d.module, d.difficulty_level) AS levels
    FROM (
        SELECT DISTINCT ON (s.user_id, m.module) s.user_id, m.module, s.difficulty_level
        FROM subject_mastery AS s
        INNER JOIN (
            VALUES
            ('addition', 'addition_facts'), ('subtraction', 'subtraction_facts'),
            ('multiplication', 'multiplication_facts'), ('division', 'division_facts'),
            ('fractions', 'fractions_puzzle'), ('decimals', 'decimal_defender'),
            ('ratios', 'ratios_proportions'), ('measurement', 'measurement'), ('algebra', 'algebra')
        ) AS m (subject, module) ON s.subject = m.subject
        WHERE s.difficulty_level BETWEEN 2 AND 5
        ORDER BY s.user_id, m.module, s.last_practiced DESC NULLS LAST, s.id DESC
    ) AS d
    GROUP BY d.user_id
), texts AS (
    SELECT DISTINCT ON (a.user_id)
        a.user_id,
        hg__legacy_snake_keys(jsonb_build_object(
            'learning_patterns', a.learning_patterns, 'engagement_analysis', a.engagement_analysis
        )) || jsonb_build_object(
            'analysis_date', to_char(a.analysis_date, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'strengths', coalesce(nullif(a.strengths, '{}'), a.strength_concepts, '{}'),
            'areas_for_improvement', coalesce(a.areas_for_improvement, '{}'),
            'suggested_activities',
            coalesce(nullif(a.suggested_activities, '{}'), a.recommended_activities, '{}'),
            'weaknesses', coalesce(a.weakness_concepts, '{}'),
            'datetime_generated', to_char(a.generated_at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'source', 'legacy', 'model', NULL, 'stale', true
        ) AS section
    FROM ai_analytics AS a
    ORDER BY a.user_id, coalesce(a.generated_at, a.analysis_date) DESC NULLS LAST, a.id DESC
), old AS (
    SELECT
        u.id,
        u.tokens,
        u.streak_days,
        u.daily_tokens_earned,
        u.questions_answered,
        u.correct_answers,
        u.daily_engagement_minutes,
        u.last_active,
        hg__grade_number(u.grade) AS grade,
        d.levels,
        t.section,
        h.last_at,
        h.last_module,
        h.played,
        h.pairs,
        hg__instant_text(i.started_at) AS imported_at,
        coalesce(u.hidden_grade_asset -> 'modules', '{}') AS modules,
        coalesce(u.hidden_grade_asset -> 'modules', '{}') - n.known AS unknown,
        coalesce(u.hidden_grade_asset -> 'global_stats', '{}') AS stats,
        coalesce(u.hidden_grade_asset -> 'cross_module_analytics', '{}') AS cross_module
    FROM users AS u
    LEFT JOIN history AS h ON u.id = h.user_id
    LEFT JOIN difficulties AS d ON u.id = d.user_id
    LEFT JOIN texts AS t ON u.id = t.user_id
    CROSS JOIN hg_legacy_run AS i
    CROSS JOIN (SELECT array_agg(n.name) AS known FROM names AS n) AS n
    OFFSET 0
), made AS (
    SELECT
        o.*,
        m.blocks,
        b.o_fastest,
        b.o_highest,
        m.sessions + e.sessions AS sessions,
        m.correct + e.correct AS correct,
        m.seconds,
        greatest(
            o.questions_answered, (o.stats ->> 'total_questions_answered')::integer,
            m.questions + e.questions
        ) AS total_questions,
        greatest(
            o.tokens, (o.stats ->> 'total_tokens_earned')::integer, m.earned + e.earned
        ) AS total_earned
    FROM old AS o
    CROSS JOIN LATERAL (
        SELECT
            jsonb_object_agg(m.module, jsonb_build_object(
                'grade_level', m.grade,
                'progress', m.made || CASE
                    WHEN
                        m.mastery IN ('true', 'mastered')
                        OR (
                            m.questions > 0 OR m.types <> '[]'
                            OR o.grade > m.auto_skip_above_grade
                        ) AND hg__mastery_holds(
                            m.rule,
                            jsonb_build_object('grade_level', m.grade, 'progress', m.made),
                            o.grade
                        )
                        THEN jsonb_build_object(
                            'mastered_at', coalesce(
                                m.made ->> 'last_played', o.imported_at
                            ),
                            'mastery_level', hg__mastery_level(
                                m.rule,
                                jsonb_build_object(
                                    'grade_level', m.grade,
                                    'progress', m.made || '{"mastered_at": ""}'
                                ),
                                o.grade
                            )
                        )
                    ELSE '{}'
                END,
                'ai_analytics', NULL
            )) AS blocks,
            sum(m.sessions) AS sessions,
            sum(m.questions) AS questions,
            sum(m.correct) AS correct,
            sum(m.tokens) AS earned,
            sum(m.seconds) AS seconds
        FROM (
            SELECT
                p.*,
                jsonb_build_object(
                    'timestamp', left(coalesce(
                        p.progress ->> 'timestamp',
                        greatest(p.played, p.progress ->> 'assessment_completed_date')
                    ), 19) || 'Z',
                    'concepts', p.concepts,
                    'preferred_difficulty', coalesce(
                        (o.levels ->> p.module)::integer,
                        (p.progress ->> 'preferred_difficulty')::integer, p.start_difficulty
                    ),
                    'mastery_level', false,
                    'mastered_at', NULL,
                    'mastery_override', NULL,
                    'sessions_completed', p.sessions,
                    'total_questions_answered', p.questions,
                    'correct_answers', p.correct,
                    'tokens_earned', p.tokens,
                    'time_spent_total', p.seconds,
                    'best_score', coalesce((p.progress ->> 'best_score')::integer, 0),
                    'best_time', p.progress -> 'best_time',
                    'last_played', left(p.played, 19) || 'Z',
                    'test_taken', coalesce((p.progress ->> 'test_taken')::boolean, false),
                    'test_rewarded', coalesce((p.progress ->> 'test_taken')::boolean, false)
                    OR p.progress ->> 'assessment_completed_date' IS NOT NULL,
                    'attempt_good', coalesce((
                        CASE
                            WHEN p.fact_types <> '{}' THEN p.progress ->> 'good_attempt'
                            WHEN p.level_first THEN coalesce(
                                p.level ->> 'attempt_good', p.progress ->> 'attempt_good'
                            )
                            ELSE p.progress ->> 'attempt_good'
                        END
                    )::integer, 0),
                    'attempt_bad', coalesce((
                        CASE
                            WHEN p.fact_types <> '{}' THEN p.progress ->> 'bad_attempt'
                            WHEN p.level_first THEN coalesce(
                                p.level ->> 'attempt_bad', p.progress ->> 'attempt_bad'
                            )
                            ELSE p.progress ->> 'attempt_bad'
                        END
                    )::integer, 0),
                    'lesson', coalesce((p.progress ->> 'lesson')::integer, p.start_lesson),
                    'streak_current', coalesce((p.progress ->> 'streak_current')::integer, 0),
                    'streak_best', coalesce((p.progress ->> 'streak_best')::integer, 0),
                    'recent_results', '',
                    'recent_questions', 0,
                    'recent_correct', 0,
                    'types_complete', p.types,
                    'current_step', CASE
                        WHEN p.fact_types <> '{}' THEN hg__current_step(
                            p.rule, ARRAY(SELECT jsonb_array_elements_text(p.types)), o.grade
                        )
                    END
                ) AS made
            FROM (
                SELECT
                    b.*,
                    coalesce((b.progress ->> 'sessions_completed')::integer, 0)
                    + coalesce((b.level ->> 'sessions_completed')::integer, 0) AS sessions,
                    coalesce((b.progress ->> 'total_questions_answered')::integer, 0)
                    + coalesce((b.level ->> 'total_questions_answered')::integer, 0) AS questions,
                    coalesce((b.progress ->> 'correct_answers')::integer, 0)
                    + coalesce((b.level ->> 'correct_answers')::integer, 0) AS correct,
                    coalesce((b.progress ->> 'tokens_earned')::integer, 0)
                    + coalesce((b.level ->> 'tokens_earned')::integer, 0) AS tokens,
                    coalesce((b.progress ->> 'time_spent_total')::integer, 0) AS seconds,
                    coalesce(
                        nullif(translate(b.progress ->> 'concepts', '[]"', ''), ''),
                        b.catalog_concepts
                    ) AS concepts,
                    b.progress ->> 'mastery_level' AS mastery,
                    coalesce(b.progress -> 'types_complete', '[]') AS types,
                    greatest(
                        b.progress ->> 'last_played', b.level ->> 'last_session_date',
                        o.played ->> b.module
                    ) AS played,
                    CASE
                        WHEN b.fact_types <> '{}' THEN NULL
                        ELSE coalesce(
                            (
                                CASE
                                    WHEN b.level_first THEN b.level ->> 'grade_level'
                                    ELSE b.progress ->> 'grade_level'
                                END
                            )::integer,
                            b.grade_start
                        )
                    END AS grade
                FROM (
                    SELECT
                        r.rule,
                        r.module,
                        r.concepts AS catalog_concepts,
                        r.grade_start,
                        r.fact_types,
                        r.start_difficulty,
                        r.start_lesson,
                        r.auto_skip_above_grade,
                        v.level,
                        v.progress,
                        v.progress ->> 'grade_level' IS NULL
                        OR v.level ->> 'last_session_date'
                        > v.progress ->> 'assessment_completed_date' AS level_first
                    FROM rules AS r
                    CROSS JOIN LATERAL (
                        SELECT l.level, coalesce(l.level -> 'progress', '{}') AS progress
                        FROM (
                            SELECT coalesce(
                                o.modules -> r.module, o.modules -> r.aliases[1], '{}'
                            ) AS level
                            OFFSET 0
                        ) AS l
                        OFFSET 0
                    ) AS v
                    OFFSET 0
                ) AS b
                OFFSET 0
            ) AS p
            OFFSET 0
        ) AS m
    ) AS m
    CROSS JOIN LATERAL hg__best_categories(m.blocks) AS b
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum((e.block ->> 'sessions_completed')::integer), 0) AS sessions,
            coalesce(sum((e.block ->> 'total_questions_answered')::integer), 0) AS questions,
            coalesce(sum((e.block ->> 'correct_answers')::integer), 0) AS correct,
            coalesce(sum((e.block ->> 'tokens_earned')::integer), 0) AS earned
        FROM jsonb_each(o.unknown) AS e (name, block)
    ) AS e
    OFFSET 0
)

SELECT
    m.id,
    jsonb_build_object(
        'version', 1,
        'global_stats', jsonb_build_object(
            'tokens', m.tokens,
            'total_tokens_earned', m.total_earned,
            'total_tokens_spent', m.total_earned - m.tokens,
            'daily_tokens', m.daily_tokens_earned,
            'streak_days', m.streak_days,
            'longest_streak_days', m.streak_days,
            'streak_freezes', s.streak_freeze_initial,
            'activity_date', to_char(
                (
                    coalesce(m.last_at, m.last_active)
                    AT TIME ZONE 'UTC' AT TIME ZONE s.default_time_zone
                ) - s.day_start_hour * interval '1 hour', 'YYYY-MM-DD'
            ),
            'time_zone', NULL,
            'time_zone_next', NULL,
            'time_zone_next_from', NULL,
            'total_questions_answered', m.total_questions,
            'total_correct_answers', least(m.total_questions, greatest(
                m.correct_answers, (m.stats ->> 'total_correct_answers')::integer, m.correct
            )),
            'total_sessions_completed', m.sessions,
            'total_time_spent', greatest((m.stats ->> 'total_time_spent')::integer, m.seconds),
            'daily_time_spent', m.daily_engagement_minutes * 60,
            'daily_engagement_minutes', m.daily_engagement_minutes,
            'fastest_category', m.o_fastest,
            'highest_score_category', m.o_highest,
            'last_active', to_char(m.last_active, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'last_module', m.last_module
        ),
        'modules', m.unknown || m.blocks,
        'ai_analytics', m.section,
        'cross_module_analytics', m.cross_module || hg__cross_derived(m.blocks, m.pairs)
        || jsonb_build_object(
            'learning_patterns_between_modules', m.pairs, 'ai_analytics', NULL
        )
    )
FROM made AS m
CROSS JOIN (SELECT r.* FROM rules AS r LIMIT 1) AS s
