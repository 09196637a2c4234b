-- Learners of an older application who have played for a year, in its tables
-- (bench/legacy_tables.sql). A few hundred learners are made (bench.originals), everybody else (to
-- bench.learners) is a copy of one of them with other ids. Rows of a table stand in the order in
-- which they were written, not learner by learner. The data are mostly clean; some documents lack
-- the newer modules, have the names that modules had before, numbers as texts, or a module that is
-- unknown now, and some learners have none.
-- A number below p_below that is always the same for the same learner and word.
CREATE FUNCTION pg_temp.some(p_learner integer, p_what text, p_below integer) RETURNS integer
LANGUAGE sql IMMUTABLE
RETURN ((hashtextextended(p_what, p_learner) >> 8) & 16777215) % p_below;

-- An instant of the school year that ended before these data were moved.
CREATE FUNCTION pg_temp.moment(p_learner integer, p_what text) RETURNS timestamp
LANGUAGE sql IMMUTABLE
RETURN timestamp '2024-09-02 06:00'
    + pg_temp.some(p_learner, p_what, 16777216) * interval '1.4 seconds';

CREATE FUNCTION pg_temp.iso(p_instant timestamp) RETURNS text
LANGUAGE sql STABLE
RETURN to_char(p_instant, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

CREATE TEMPORARY TABLE modules (
    place, name, old_name, concepts, grade, lesson, difficulty, types
) AS
VALUES
(0, 'addition_facts', 'math_facts_addition', '["addition"]'::jsonb, 1, NULL, 1, NULL::text[]),
(1, 'subtraction_facts', 'math_facts_subtraction', '["subtraction"]', 1, NULL, 1, NULL),
(2, 'multiplication_facts', 'math_facts_multiplication', '["multiplication"]', 2, NULL, 2, NULL),
(3, 'division_facts', 'math_facts_division', '["division"]', 3, NULL, 3, NULL),
(
    4, 'math_rush_addition', NULL, '["addition", "speed", "memorization"]', NULL, NULL, 2,
    '{Adding 0 and 1,Adding 2,Adding 3,Adding 4,Adding 5,Mixed 0-5,Adding 6}'
),
(
    5, 'math_rush_subtraction', NULL, '["subtraction", "speed", "memorization"]', NULL, NULL, 2,
    '{Subtract From 0-3,Subtract From 4,Subtract From 5,Subtraction Mixed 0-5}'
),
(
    6, 'math_rush_multiplication', NULL, '["multiplication", "speed", "memorization"]', NULL, NULL,
    2, '{Multiply by 0 and 1,Multiply by 2,Multiply by 3,Multiply by 4,Multiply by 5}'
),
(
    7, 'math_rush_division', NULL, '["division", "speed", "memorization"]', NULL, NULL, 2,
    '{Divide by 2,Divide by 3,Divide by 4,Divide by 5,Divide by 6,Mixed 2-6}'
),
(8, 'fractions_puzzle', NULL, '["fractions", "ratios"]', 3, NULL, 3, NULL),
(9, 'decimal_defender', NULL, '["decimals"]', 4, NULL, 3, NULL),
(10, 'ratios_proportions', NULL, '["ratios", "proportions"]', 6, NULL, 3, NULL),
(11, 'measurement', NULL, '["measurement", "data analysis"]', 2, 1, 3, NULL),
(12, 'algebra', NULL, '["exponents", "algebra"]', 6, 1, 3, NULL),
(13, 'word_race', NULL, '""', 3, NULL, 3, NULL);

CREATE TEMPORARY TABLE learners AS
SELECT
    n,
    n % 50 <> 7 AS has_document,
    n % 4 = 0 AS older_names,
    -- The third and fourth rush came later; a document of before lacks them.
    n % 3 = 0 AS early,
    n % 20 = 3 AS old_rush,
    n % 20 = 5 AS texts
FROM generate_series(1, current_setting('bench.originals')::integer) AS g (n);

-- Eight of the fourteen modules are played.
CREATE TEMPORARY TABLE blocks AS
SELECT
    b.n,
    b.name,
    CASE WHEN b.older_names THEN coalesce(b.old_name, b.name) ELSE b.name END AS stored_name,
    b.played,
    b.questions + b.sessions * 6 AS questions,
    b.correct + b.sessions * 5 AS correct,
    b.tokens + b.sessions * 10 AS tokens,
    b.seconds,
    jsonb_build_object(
        'progress', jsonb_build_object(
            'lesson', b.lesson,
            'concepts', b.concepts,
            'best_time', CASE WHEN b.played THEN 20 + pg_temp.some(b.n, b.name || 't', 300) END,
            'timestamp', CASE
                WHEN b.played THEN pg_temp.iso(pg_temp.moment(b.n, b.name || 'timestamp'))
            END,
            'best_score', CASE
                WHEN b.played THEN 50 + pg_temp.some(b.n, b.name || 's', 51) ELSE 0
            END,
            'test_taken', b.tested,
            'attempt_bad', 0,
            'last_played', CASE
                WHEN b.played THEN pg_temp.iso(pg_temp.moment(b.n, b.name || 'played'))
            END,
            'streak_best', pg_temp.some(b.n, b.name || 'streak', 9) * b.played::integer,
            'attempt_good', pg_temp.some(b.n, b.name || 'good', 3) * b.played::integer,
            'mastery_level', CASE b.n % 30
                WHEN 11 THEN '"beginner"' WHEN 12 THEN '"true"' ELSE 'false'
            END::jsonb,
            'tokens_earned', CASE
                WHEN b.texts THEN to_jsonb(b.tokens::text) ELSE to_jsonb(b.tokens)
            END,
            'streak_current', 0,
            'correct_answers', b.correct,
            'time_spent_total', b.seconds,
            'sessions_completed', (b.questions + 5) / 6,
            'preferred_difficulty', b.difficulty,
            'total_questions_answered', b.questions
        ) || CASE
            WHEN b.types IS NOT NULL THEN jsonb_build_object(
                'types_complete', b.types[1 : b.steps],
                'current_step', b.steps,
                'good_attempt', pg_temp.some(b.n, b.name || 'good', 3) * b.played::integer,
                'bad_attempt', 0
            )
            WHEN b.tested THEN jsonb_build_object(
                'grade_level', b.grade,
                'assessment_completed_date', pg_temp.iso(pg_temp.moment(b.n, b.name || 'tested'))
            )
            ELSE '{}'
        END,
        'grade_level', b.grade
    ) || CASE
        WHEN b.sessions > 0 THEN jsonb_build_object(
            'attempt_bad', 0,
            'attempt_good', pg_temp.some(b.n, b.name || 'level', 3),
            'tokens_earned', b.sessions * 10,
            'correct_answers', b.sessions * 5,
            'last_session_date', pg_temp.iso(pg_temp.moment(b.n, b.name || 'session')),
            'sessions_completed', b.sessions,
            'total_questions_answered', b.sessions * 6
        )
        ELSE '{}'
    END AS block
FROM (
    SELECT
        p.*,
        -- Of the facts the application counted its sessions in another place.
        CASE
            WHEN p.played AND p.old_name IS NOT NULL THEN pg_temp.some(p.n, p.name || 'n', 20)
            ELSE 0
        END AS sessions,
        p.played AND p.old_name IS NOT NULL AND pg_temp.some(p.n, p.name || 'test', 2) = 0
            AS tested,
        p.questions * (50 + pg_temp.some(p.n, p.name || 'c', 50)) / 100 AS correct,
        p.questions * pg_temp.some(p.n, p.name || 'tokens', 100) / 100 AS tokens,
        p.questions * (2 + pg_temp.some(p.n, p.name || 'seconds', 20)) AS seconds,
        least(p.questions / 24, cardinality(p.types)) AS steps
    FROM (
        SELECT
            l.*,
            m.*,
            (l.n + m.place * 5) % 14 < 8 AS played,
            CASE
                WHEN (l.n + m.place * 5) % 14 < 8 THEN 24 + pg_temp.some(l.n, m.name || 'q', 150)
                ELSE 0
            END AS questions
        FROM learners AS l
        CROSS JOIN modules AS m
        WHERE NOT (l.early AND m.place IN (6, 7))
        OFFSET 0
    ) AS p
    OFFSET 0
) AS b;

-- A year's sessions: of all modules that are played.
INSERT INTO module_history (
    user_id, module_name, run_type, final_score, questions_total, questions_correct,
    time_spent_seconds, completed_at, difficulty_level, grade_level, tokens_earned
)
SELECT
    l.n,
    CASE
        WHEN s.k = 19 AND l.old_rush THEN 'math_rush'
        ELSE b.names[1 + pg_temp.some(l.n, 'm' || s.k, cardinality(b.names))]
    END,
    CASE WHEN pg_temp.some(l.n, 'r' || s.k, 5) = 0 THEN 'test' ELSE 'token_run' END,
    50 + pg_temp.some(l.n, 'score' || s.k, 51),
    (ARRAY[5, 6, 10, 24])[1 + s.k % 4],
    (ARRAY[5, 6, 10, 24])[1 + s.k % 4] - pg_temp.some(l.n, 'c' || s.k, 3),
    20 + pg_temp.some(l.n, 'seconds' || s.k, 280),
    timestamp '2024-09-02 06:00' + s.k * interval '14 days'
    + pg_temp.some(l.n, 'at' || s.k, 1000000) * interval '1 second',
    1 + s.k % 5,
    (1 + l.n % 8)::text,
    5 + s.k % 10
FROM generate_series(1, 20) AS s (k)
CROSS JOIN learners AS l
INNER JOIN (
    SELECT b.n, array_agg(b.stored_name ORDER BY b.name) AS names
    FROM blocks AS b WHERE b.played GROUP BY b.n
) AS b ON b.n = l.n
ORDER BY s.k, l.n;

INSERT INTO concept_mastery (
    user_id, concept, grade, total_attempts, correct_attempts, last_practiced, mastery_level,
    needs_review
)
SELECT
    l.n, c.concept, (1 + l.n % 8)::text, 10 + pg_temp.some(l.n, c.concept, 90),
    5 + pg_temp.some(l.n, c.concept, 70), pg_temp.moment(l.n, c.concept),
    pg_temp.some(l.n, c.concept, 101), l.n % 3 = 0
FROM unnest('{
    addition,subtraction,carrying,borrowing,fractions-addSub,fractions-compare,decimals-place,
    multiplication,division,measurement-length
}'::text[]) WITH ORDINALITY AS c (concept, place)
CROSS JOIN learners AS l
WHERE c.place <= 6 + l.n % 5
ORDER BY c.place, l.n;

INSERT INTO subject_mastery (
    user_id, subject, grade, total_attempts, correct_attempts, last_practiced, mastery_level,
    is_unlocked, next_grade_unlocked, downgraded, difficulty_level, upgrade_eligible,
    downgrade_eligible, recent_30_attempts, recent_30_correct, recent_20_attempts, recent_20_correct
)
SELECT
    l.n, s.subject, (1 + l.n % 8)::text, 30 + pg_temp.some(l.n, s.subject, 90),
    20 + pg_temp.some(l.n, s.subject, 70), pg_temp.moment(l.n, s.subject),
    pg_temp.some(l.n, s.subject, 101), true, s.place % 2 = 0, false,
    1 + pg_temp.some(l.n, s.subject || 'level', 4), false, false, 30, 22, 20, 15
FROM unnest('{
    addition,subtraction,multiplication,division,fractions,decimals,ratios,measurement,algebra,
    geometry
}'::text[]) WITH ORDINALITY AS s (subject, place)
CROSS JOIN learners AS l
WHERE s.place <= 6 + l.n % 5
ORDER BY s.place, l.n;

INSERT INTO user_progress (user_id, category, level, score, completed_questions)
SELECT l.n, c.category, 1 + l.n % 5, pg_temp.some(l.n, c.category, 900), l.n % 90
FROM unnest('{addition,fractions,geometry}'::text[]) AS c (category)
CROSS JOIN learners AS l
ORDER BY c.category, l.n;

INSERT INTO subject_difficulty_history (
    user_id, subject, grade, is_correct, timestamp, difficulty_level, question_id
)
SELECT l.n, 'algebra', '6', s.k % 3 > 0, pg_temp.moment(l.n, s.k::text), 1 + s.k % 5, NULL
FROM generate_series(1, 2) AS s (k)
CROSS JOIN learners AS l
ORDER BY s.k, l.n;

INSERT INTO ai_analytics (
    user_id, analysis_date, learning_patterns, recommendations, strengths, areas_for_improvement,
    engagement_analysis, suggested_activities, learning_style, strength_concepts,
    weakness_concepts, recommended_activities, generated_at
)
SELECT
    l.n, timestamp '2025-01-01' + s.k * interval '40 days' + l.n * interval '1 minute',
    json_build_object(
        'averageScore', 50 + l.n % 50, 'bestTimeOfDay', 'noon',
        'byModule', json_build_object('algebra', l.n % 10, 'wordRace', l.n % 7)
    ),
    'Practise fractions for ten minutes a day, and read the question twice.',
    ARRAY['addition', 'Works quickly on facts that are known'],
    ARRAY['fractions', 'Takes long where there are two steps'],
    json_build_object('sessionsPerWeek', 3.5, 'trend', 'rising'),
    ARRAY['Fractions puzzle', 'Decimal defender'], 'visual', ARRAY['addition'],
    ARRAY['fractions', 'ratios'], ARRAY['Algebra'],
    timestamp '2025-01-01' + s.k * interval '40 days' + l.n * interval '1 minute'
FROM generate_series(1, 2) AS s (k)
CROSS JOIN learners AS l
WHERE s.k <= 1 + l.n % 2
ORDER BY s.k, l.n;

INSERT INTO users (
    id, username, password, email, grade, tokens, streak_days, last_active, display_name, initials,
    student_id, daily_tokens_earned, questions_answered, correct_answers,
    daily_engagement_minutes, avatar_items, completed_challenges, fastest_category,
    weakness_concepts, interests, hidden_grade_asset
)
SELECT
    l.n, 'learner' || l.n, repeat('x', 60), 'learner' || l.n || '@school.example',
    (ARRAY['K', '1', '2', '3', '4', '5', '6', '7'])[1 + l.n % 8],
    greatest(t.tokens - pg_temp.some(l.n, 'spent', 400), 0), l.n % 6, h.last + interval '3 minutes',
    'Learner ' || l.n, 'L', l.n::text, l.n % 15, t.questions + l.n % 3, t.correct, l.n % 25,
    '{"hat": "red"}', '{first steps}', 'addition', '{}', '{dinosaurs}',
    CASE
        WHEN l.n % 50 = 8 THEN '{}'
        WHEN l.has_document THEN jsonb_build_object(
            'modules', t.modules || CASE
                WHEN l.old_rush THEN '{"math_rush": {
                    "progress": {"best_score": 71, "last_type": "Mixed 0-5", "speed": 1.25},
                    "sessions_completed": 4, "total_questions_answered": 96, "correct_answers": 80,
                    "tokens_earned": 12
                }}'
                ELSE '{}'
            END::jsonb,
            'ai_analytics', '{
                "strengths": [], "weaknesses": [], "analysis_date": null, "learning_patterns": {},
                "datetime_generated": null, "engagement_analysis": {}, "suggested_activities": [],
                "areas_for_improvement": []
            }'::jsonb,
            'global_stats', jsonb_build_object(
                'last_sync', pg_temp.iso(pg_temp.moment(l.n, 'sync')),
                'last_active', pg_temp.iso(pg_temp.moment(l.n, 'active')),
                'streak_days', 0,
                'fastest_category', NULL,
                'total_time_spent', t.seconds,
                'daily_tokens_earned', 0,
                -- The application added this one up in another place.
                'total_tokens_earned', t.tokens - l.n % 100,
                'total_correct_answers', t.correct,
                'highest_score_category', NULL,
                'daily_engagement_minutes', 0,
                'total_questions_answered', t.questions
            ),
            'cross_module_analytics', '{
                "cross_concept_mastery": {}, "preferred_learning_sequence": [],
                "module_transition_success_rate": {}, "learning_patterns_between_modules": {}
            }'::jsonb
        )
    END
FROM learners AS l
INNER JOIN (
    SELECT
        b.n, jsonb_object_agg(b.stored_name, b.block) AS modules, sum(b.tokens)::integer AS tokens,
        sum(b.questions)::integer AS questions, sum(b.correct)::integer AS correct,
        sum(b.seconds)::integer AS seconds
    FROM blocks AS b GROUP BY b.n
) AS t ON t.n = l.n
INNER JOIN (
    SELECT h.user_id, max(h.completed_at) AS last FROM module_history AS h GROUP BY h.user_id
) AS h ON h.user_id = l.n
ORDER BY l.n;

