-- The catalog that ships: fourteen modules and the settings' defaults. People change both later,
-- so rows that are there already stay as they are.
INSERT INTO hg_modules (
    module, full_questions, min_questions, tokens_per_unit, tokens_perfect_bonus,
    level_moves, up_after, down_after, grade_start, grade_bottom, grade_top, start_difficulty,
    concepts, test_kind, test_first_tokens, mastery_rule, aliases
)
VALUES
(
    'addition_facts', 6, 6, 1, 4,
    'grade', 4, 4, 1, 0, 6, 1,
    'addition', 'grade', 15, '{"top_level": {}}',
    ARRAY['math_facts_addition', 'math-facts-addition', 'addition-facts']
),
(
    'subtraction_facts', 6, 6, 1, 4,
    'grade', 4, 4, 1, 0, 6, 1,
    'subtraction', 'grade', 15, '{"top_level": {}}',
    ARRAY['math_facts_subtraction', 'math-facts-subtraction', 'subtraction-facts']
),
(
    'multiplication_facts', 6, 6, 1, 4,
    'grade', 4, 4, 2, 0, 6, 2,
    'multiplication', 'grade', 15, '{"top_level": {}}',
    ARRAY['math_facts_multiplication', 'math-facts-multiplication', 'multiplication-facts']
),
(
    'division_facts', 6, 6, 1, 4,
    'grade', 4, 4, 3, 0, 6, 3,
    'division', 'grade', 15, '{"top_level": {}}',
    ARRAY['math_facts_division', 'math-facts-division', 'division-facts']
)
ON CONFLICT (module) DO NOTHING;

INSERT INTO hg_modules (
    module, full_questions, min_questions, correct_per_unit, tokens_per_unit, tokens_perfect_bonus,
    fast_seconds, slow_seconds, slow_tokens_per_unit, slow_perfect_bonus,
    level_moves, up_after, start_difficulty, concepts, test_kind, test_correct_per_token,
    test_mastery_bonus, mastery_rule, aliases, auto_skip_above_grade, auto_skip_types, fact_types
)
VALUES
(
    'math_rush_addition', 24, 12, 5, 3, 20,
    60, 90, 2, 15,
    'progression', 2, 2, 'addition, speed, memorization', 'types', 3,
    50, '{"list_complete": {}}', ARRAY['math-rush-addition'],
    NULL, '{}',
    ARRAY[
        'Adding 0 and 1', 'Adding 2', 'Adding 3', 'Adding 4', 'Adding 5', 'Mixed 0-5',
        'Adding 6', 'Adding 7', 'Adding 8', 'Adding 9', 'Adding 10', 'Doubles to 20',
        'Mixed 6-10'
    ]
),
(
    'math_rush_subtraction', 24, 12, 5, 3, 20,
    60, 90, 2, 15,
    'progression', 2, 2, 'subtraction, speed, memorization', 'types', 3,
    50, '{"list_complete": {}}', ARRAY['math-rush-subtraction'],
    NULL, '{}',
    ARRAY[
        'Subtract From 0-3', 'Subtract From 4', 'Subtract From 5', 'Subtraction Mixed 0-5',
        'Subtract From 6', 'Subtract From 7', 'Subtract From 8', 'Subtract From 9',
        'Subtract From 10', 'Subtraction Half of a Double', 'Subtraction Mixed 6-10',
        'Subtraction Odd Balls'
    ]
),
(
    'math_rush_multiplication', 24, 12, 5, 3, 20,
    60, 90, 2, 15,
    'progression', 2, 2, 'multiplication, speed, memorization', 'types', 3,
    50, '{"list_complete": {}}', ARRAY['math-rush-multiplication'],
    5, ARRAY['Multiply by 0 and 1', 'Multiply by 2'],
    ARRAY[
        'Multiply by 0 and 1', 'Multiply by 2', 'Multiply by 3', 'Multiply by 4',
        'Multiply by 5', 'Mixed 0-5', 'Multiply by 6', 'Multiply by 7', 'Multiply by 8',
        'Multiply by 9', 'Multiply by 10', 'Multiply by 11', 'Multiply by 12',
        'Multiply Doubles', 'Mixed 6-12'
    ]
),
(
    'math_rush_division', 24, 12, 5, 3, 20,
    60, 90, 2, 15,
    'progression', 2, 2, 'division, speed, memorization', 'types', 3,
    50, '{"list_complete": {}}', ARRAY['math-rush-division'],
    5, ARRAY['Divide by 2'],
    ARRAY[
        'Divide by 2', 'Divide by 3', 'Divide by 4', 'Divide by 5', 'Divide by 6',
        'Mixed 2-6', 'Divide by 7', 'Divide by 8', 'Divide by 9', 'Divide by 10',
        'Divide by 11', 'Divide by 12', 'Mixed 7-12'
    ]
)
ON CONFLICT (module) DO NOTHING;

INSERT INTO hg_modules (
    module, full_questions, min_questions, correct_per_unit, tokens_per_unit, tokens_perfect_bonus,
    tokens_when_good, tokens_when_perfect, level_moves, up_after, down_after,
    grade_start, grade_bottom, grade_top, start_difficulty, start_lesson, concepts,
    mastery_rule, aliases
)
VALUES
(
    'fractions_puzzle', 10, 10, 5, 3, 10,
    0, NULL, 'none', NULL, NULL,
    3, 3, 3, 3, NULL, 'fractions, ratios',
    '{"accuracy": {"min_questions": 30, "percent": 80}}', ARRAY['fractions-puzzle']
),
(
    'decimal_defender', 5, 5, 1, 4, 15,
    0, NULL, 'none', NULL, NULL,
    4, 4, 4, 3, NULL, 'decimals',
    '{"accuracy": {"min_questions": 30, "percent": 80}}',
    ARRAY['decimal-defender', 'decimal_defender_*']
),
(
    'ratios_proportions', 5, 5, 1, 5, 0,
    0, NULL, 'none', NULL, NULL,
    6, 6, 6, 3, NULL, 'ratios, proportions',
    '{"accuracy": {"min_questions": 30, "percent": 80}}', ARRAY['ratios-proportions']
),
(
    'measurement', 5, 5, 1, 0, 0,
    5, 8, 'grade', 3, 3,
    2, 2, 5, 3, 1, 'measurement, data analysis',
    '{"top_level": {}}', ARRAY['measurement_mastery', 'measurement-mastery']
),
(
    'algebra', 5, 5, 1, 0, 0,
    5, 8, 'grade', 3, 3,
    6, 6, 8, 3, 1, 'exponents, algebra',
    '{"top_level": {}}', '{}'
),
(
    'word_race', NULL, 1, 1, 0, 0,
    0, NULL, 'none', NULL, NULL,
    3, 3, 3, 3, NULL, '',
    '{"accuracy": {"min_questions": 30, "percent": 80}}', ARRAY['word-race']
)
ON CONFLICT (module) DO NOTHING;

INSERT INTO hg_settings (name, value, comment)
VALUES
(
    'default_time_zone', '"UTC"',
    'The zone of learners without one: a name of pg_timezone_names with a slash, or UTC.'
),
(
    'day_start_hour', '0',
    'The hour at which a learner''s local day begins, 0-12.'
),
(
    'daily_token_cap', 'null',
    'The most tokens activities pay on one local day; null: no cap.'
),
(
    'late_window_days', '30',
    'Days (of 24 hours) within which a late activity takes its place in the history, 0-365.'
),
(
    'ledger_retention_days', 'null',
    'Days (of 24 hours) for which the rows of the ledger are kept, and ids refused as duplicates, '
    '90-36500 and more than late_window_days; null: for ever.'
),
(
    'streak_weekdays', '[1, 2, 3, 4, 5, 6, 7]',
    'The ISO weekdays on which a streak needs an activity, 1 = Monday; at least one.'
),
(
    'streak_freeze_initial', '0',
    'Streak freezes a new learner has, 0 to streak_freeze_max.'
),
(
    'streak_freeze_every_days', '0',
    'A freeze is earned each time streak_days reaches a multiple of this; 0: never.'
),
(
    'streak_freeze_max', '0',
    'The most freezes a learner holds, 0-1000.'
),
(
    'ai_enabled', 'false',
    'Whether analyses may be requested from OpenAI.'
),
(
    'ai_consent_column', 'null',
    'The boolean column of users that must be true for analyses; null: none is asked.'
),
(
    'ai_model', '"gpt-4o-mini"',
    'The model that requests name, 1-100 characters.'
),
(
    'ai_temperature', '0.2',
    'The temperature of requests, 0-2; null: left out, for models that take none.'
),
(
    'ai_instructions', 'null',
    'The system message of requests, 1-4000 characters; null: the one that ships.'
),
(
    'ai_max_completion_tokens', '1200',
    'The most tokens an answer may have, 200-16000.'
),
(
    'ai_every_sessions', '10',
    'Sessions after which an analysis is due again, 1-1000.'
),
(
    'ai_every_days', '7',
    'Days (of 24 hours) after which the next session makes an analysis due again, 1-365.'
),
(
    'ai_after_mastery', 'true',
    'Whether a change of mastery makes an analysis due.'
),
(
    'ai_debounce_minutes', '10',
    'Minutes a job waits that a session has made, so that a row of sessions is one, 0-1440.'
),
(
    'ai_max_attempts', '8',
    'Attempts after which a job is given up, 1-100.'
),
(
    'ai_backoff_seconds', '60',
    'Seconds before the second attempt, doubled with each one up to a day, 1-86400.'
),
(
    'ai_daily_calls', 'null',
    'The most jobs handed out on one day (UTC); null: no limit.'
),
(
    'ai_daily_tokens', 'null',
    'The most tokens, of requests and answers, on one day (UTC); null: no limit.'
),
(
    'ai_retention_days', '90',
    'Days (of 24 hours) for which finished jobs and what they cost are kept, 1-36500.'
),
(
    'cohort_min_learners', '10',
    'The fewest learners of whom figures of a group are given, 5-1000.'
),
(
    'leaderboard_exclude_column', 'null',
    'A boolean column of users; who has true there has no rank. null: everybody has one.'
)
ON CONFLICT (name) DO NOTHING;
