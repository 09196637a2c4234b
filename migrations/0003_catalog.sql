-- The rules are data: modules and settings as people edit them, and every version they ever had.
CREATE TABLE IF NOT EXISTS hg_modules (
    module text NOT NULL,
    active boolean NOT NULL DEFAULT true,
    full_questions smallint,
    min_questions smallint NOT NULL DEFAULT 1,
    good_percent smallint NOT NULL DEFAULT 80,
    correct_per_unit smallint NOT NULL DEFAULT 1,
    tokens_per_unit integer NOT NULL DEFAULT 0,
    tokens_perfect_bonus integer NOT NULL DEFAULT 0,
    tokens_when_good integer NOT NULL DEFAULT 0,
    tokens_when_perfect integer,
    fast_seconds smallint,
    slow_seconds smallint,
    slow_tokens_per_unit integer,
    slow_perfect_bonus integer,
    level_moves text NOT NULL DEFAULT 'none',
    up_after smallint,
    down_after smallint,
    grade_start smallint,
    grade_bottom smallint,
    grade_top smallint,
    start_difficulty smallint NOT NULL,
    difficulty_up_questions smallint NOT NULL DEFAULT 30,
    difficulty_up_percent smallint NOT NULL DEFAULT 80,
    difficulty_down_questions smallint NOT NULL DEFAULT 20,
    difficulty_down_percent smallint NOT NULL DEFAULT 50,
    difficulty_reset_questions smallint NOT NULL DEFAULT 60,
    start_lesson integer,
    concepts text NOT NULL DEFAULT '',
    fact_types text[] NOT NULL DEFAULT '{}',
    auto_skip_types text[] NOT NULL DEFAULT '{}',
    auto_skip_above_grade smallint,
    test_kind text NOT NULL DEFAULT 'plain',
    test_first_tokens integer NOT NULL DEFAULT 0,
    test_correct_per_token smallint,
    test_mastery_bonus integer NOT NULL DEFAULT 0,
    mastery_rule jsonb NOT NULL,
    mastery_policy text NOT NULL DEFAULT 'latched',
    aliases text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 0,
    CONSTRAINT hg_modules_pkey PRIMARY KEY (module)
);

COMMENT ON TABLE hg_modules IS
'The catalog: one row per module says what it pays, when it levels and what it calls mastered. '
'An INSERT or UPDATE is checked (22023 says which column) and makes a new version of the rules; '
'rows are never deleted, set active to false instead.';
COMMENT ON COLUMN hg_modules.module IS
'The module''s name, snake_case, at most 63 characters: its key in the document.';
COMMENT ON COLUMN hg_modules.active IS
'False: no new activity is taken (LG405); blocks in documents stay.';
COMMENT ON COLUMN hg_modules.full_questions IS
'A session is full with at least this many questions, 1-1000; NULL: every session is full.';
COMMENT ON COLUMN hg_modules.min_questions IS
'A session with fewer questions is neither good nor bad, 1-1000.';
COMMENT ON COLUMN hg_modules.good_percent IS
'A session is good with at least this share of correct answers, 1-100 percent.';
COMMENT ON COLUMN hg_modules.correct_per_unit IS
'Correct answers that make one unit of pay, 1-1000; units are floor(correct / this).';
COMMENT ON COLUMN hg_modules.tokens_per_unit IS
'Tokens a unit pays, in the fast band if there are two.';
COMMENT ON COLUMN hg_modules.tokens_perfect_bonus IS
'Tokens a perfect session pays on top, in the fast band if there are two.';
COMMENT ON COLUMN hg_modules.tokens_when_good IS 'Tokens a good session pays.';
COMMENT ON COLUMN hg_modules.tokens_when_perfect IS
'Tokens a perfect session pays instead of tokens_when_good; NULL: the same.';
COMMENT ON COLUMN hg_modules.fast_seconds IS
'The time limit of the fast band, seconds; NULL: the module has no bands.';
COMMENT ON COLUMN hg_modules.slow_seconds IS 'The time limit of the slow band, seconds.';
COMMENT ON COLUMN hg_modules.slow_tokens_per_unit IS 'Tokens a unit pays in the slow band.';
COMMENT ON COLUMN hg_modules.slow_perfect_bonus IS
'Tokens a perfect session pays on top in the slow band.';
COMMENT ON COLUMN hg_modules.level_moves IS
'grade: good and bad sessions move grade_level; progression: they complete fact_types; none.';
COMMENT ON COLUMN hg_modules.up_after IS
'Good sessions in a row that move the grade up or complete a fact type, 1-100.';
COMMENT ON COLUMN hg_modules.down_after IS 'Bad sessions in a row that move the grade down, 1-100.';
COMMENT ON COLUMN hg_modules.grade_start IS
'The grade a learner begins with, 0 = K; NULL: no grade.';
COMMENT ON COLUMN hg_modules.grade_bottom IS 'The lowest grade, 0-12.';
COMMENT ON COLUMN hg_modules.grade_top IS 'The highest grade, 0-12.';
COMMENT ON COLUMN hg_modules.start_difficulty IS 'preferred_difficulty at the start, 1-5.';
COMMENT ON COLUMN hg_modules.difficulty_up_questions IS
'Questions since the last move after which preferred_difficulty may rise, 1-1000.';
COMMENT ON COLUMN hg_modules.difficulty_up_percent IS
'It rises at this share correct or more, 1-100.';
COMMENT ON COLUMN hg_modules.difficulty_down_questions IS
'Questions since the last move after which preferred_difficulty may fall, 1-1000.';
COMMENT ON COLUMN hg_modules.difficulty_down_percent IS
'It falls at this share correct or less, 0-99.';
COMMENT ON COLUMN hg_modules.difficulty_reset_questions IS
'Questions after which the count begins again without a move, 1-10000.';
COMMENT ON COLUMN hg_modules.start_lesson IS
'lesson at the start; NULL: the module has no lessons.';
COMMENT ON COLUMN hg_modules.concepts IS
'What the module teaches, comma and space separated; empty: nothing named.';
COMMENT ON COLUMN hg_modules.fact_types IS
'The progression list, in order; empty: no progression.';
COMMENT ON COLUMN hg_modules.auto_skip_types IS
'Fact types that count as complete for learners above auto_skip_above_grade.';
COMMENT ON COLUMN hg_modules.auto_skip_above_grade IS
'users.grade above which auto_skip_types are skipped; NULL: nobody skips.';
COMMENT ON COLUMN hg_modules.test_kind IS
'What a test does beside counting: grade sets grade_level, types sets types_complete, plain '
'neither.';
COMMENT ON COLUMN hg_modules.test_first_tokens IS 'Tokens for the first test, once per learner.';
COMMENT ON COLUMN hg_modules.test_correct_per_token IS
'Correct answers a test needs for one token; NULL: answers pay nothing in a test.';
COMMENT ON COLUMN hg_modules.test_mastery_bonus IS
'Tokens for the test that brings mastery for the first time.';
COMMENT ON COLUMN hg_modules.mastery_rule IS
'The form of mastery: {"accuracy": {"min_questions", "percent"}}, {"top_level": {}}, '
'{"list_complete": {}}, {"in_a_row": {"n"}}, {"m_of_n": {"m", "n"}}, {"score": {"percent"}}, '
'{"jsonpath": {"expr"}}, combined by {"all": [...]} and {"any": [...]}.';
COMMENT ON COLUMN hg_modules.mastery_policy IS
'latched: mastery once reached stays; live: it follows the rule.';
COMMENT ON COLUMN hg_modules.aliases IS
'Names the application used before (an asterisk at the end: any ending); for the import only, the '
'API takes the module''s name.';
COMMENT ON COLUMN hg_modules.version IS 'The version of the rules that last changed this row.';

CREATE TABLE IF NOT EXISTS hg_settings (
    name text NOT NULL,
    value jsonb NOT NULL,
    comment text NOT NULL,
    version integer NOT NULL DEFAULT 0,
    CONSTRAINT hg_settings_pkey PRIMARY KEY (name)
);

COMMENT ON TABLE hg_settings IS
'The settings of the installation, one row each. Change them with hg_set_setting(); a value out '
'of its domain is 22023. A change makes a new version of the rules.';
COMMENT ON COLUMN hg_settings.name IS 'The setting''s name.';
COMMENT ON COLUMN hg_settings.value IS 'Its value; JSON null where the setting may be unset.';
COMMENT ON COLUMN hg_settings.comment IS 'What it means, its unit and its domain.';
COMMENT ON COLUMN hg_settings.version IS 'The version of the rules that last changed this row.';

CREATE TABLE IF NOT EXISTS hg_rule_versions (
    version integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    change jsonb NOT NULL,
    modules text[] NOT NULL,
    skeleton jsonb,
    CONSTRAINT hg_rule_versions_pkey PRIMARY KEY (version)
);

COMMENT ON TABLE hg_rule_versions IS
'The ledger of the rules: one row per change of the catalog, a setting or a pause for all.';
COMMENT ON COLUMN hg_rule_versions.version IS 'Counts from 1 without gaps.';
COMMENT ON COLUMN hg_rule_versions.recorded_at IS 'When the change was made.';
COMMENT ON COLUMN hg_rule_versions.recorded_by IS 'Who made it (session_user).';
COMMENT ON COLUMN hg_rule_versions.change IS
'What changed: {"modules": [...]}, {"settings": {name: value}} or {"pause": {"from", "to"}}.';
COMMENT ON COLUMN hg_rule_versions.modules IS 'The active modules under this version, sorted.';
COMMENT ON COLUMN hg_rule_versions.skeleton IS
'The document of a new learner under this version, for whom no fact type is skipped.';

-- One row holds all the fold needs to know about a module under a version: one read by key.
CREATE TABLE IF NOT EXISTS hg_rules (
    rules_version integer NOT NULL,
    LIKE hg_modules INCLUDING COMMENTS,
    modules text[] NOT NULL,
    default_time_zone text NOT NULL,
    day_start_hour smallint NOT NULL,
    daily_token_cap integer,
    late_window_days smallint NOT NULL,
    streak_weekdays smallint[] NOT NULL,
    streak_freeze_initial smallint NOT NULL,
    streak_freeze_every_days integer NOT NULL,
    streak_freeze_max smallint NOT NULL,
    ai_enabled boolean NOT NULL,
    ai_every_sessions integer NOT NULL,
    ai_every_days integer NOT NULL,
    ai_after_mastery boolean NOT NULL,
    ai_debounce_minutes integer NOT NULL,
    pauses datemultirange NOT NULL,
    CONSTRAINT hg_rules_pkey PRIMARY KEY (rules_version, module)
);

COMMENT ON TABLE hg_rules IS
'The rules as they were under every version: each module''s row with the settings in force. '
'Written '
'by the triggers of hg_modules and hg_settings, never by hand: what was recorded under a '
'version is '
'explained by it for ever.';
COMMENT ON COLUMN hg_rules.rules_version IS 'hg_rule_versions.version.';
COMMENT ON COLUMN hg_rules.modules IS 'The active modules under this version, sorted.';
COMMENT ON COLUMN hg_rules.default_time_zone IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.day_start_hour IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.daily_token_cap IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.late_window_days IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.streak_weekdays IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.streak_freeze_initial IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.streak_freeze_every_days IS
'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.streak_freeze_max IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.ai_enabled IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.ai_every_sessions IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.ai_every_days IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.ai_after_mastery IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.ai_debounce_minutes IS 'The setting of this name under this version.';
COMMENT ON COLUMN hg_rules.pauses IS
'The days paused for all learners, as known under this version.';
