-- The older application's tables, with types and columns as they were found.
CREATE TABLE users (
    id serial PRIMARY KEY,
    username text NOT NULL UNIQUE,
    password text,
    email text,
    is_admin boolean DEFAULT false,
    grade text,
    last_grade_advancement timestamp,
    tokens integer DEFAULT 0,
    streak_days integer DEFAULT 0,
    last_active timestamp DEFAULT now(),
    display_name text,
    initials text,
    student_id text,
    daily_tokens_earned integer DEFAULT 0,
    questions_answered integer DEFAULT 0,
    correct_answers integer DEFAULT 0,
    daily_engagement_minutes integer DEFAULT 0,
    avatar_items json,
    last_daily_challenge text,
    daily_challenge_streak integer,
    completed_challenges text[],
    story_progress json,
    fastest_category text,
    highest_score_category text,
    learning_style text,
    strength_concepts text[],
    weakness_concepts text[],
    interests text[],
    reset_password_token text,
    reset_password_expires timestamp,
    preferred_difficulty integer DEFAULT 1,
    hidden_grade_asset jsonb
);
CREATE TABLE concept_mastery (
    id serial PRIMARY KEY,
    user_id integer,
    concept text,
    grade text,
    total_attempts integer,
    correct_attempts integer,
    last_practiced timestamp,
    mastery_level integer,
    needs_review boolean
);
CREATE TABLE subject_mastery (
    id serial PRIMARY KEY,
    user_id integer,
    subject text,
    grade text,
    total_attempts integer,
    correct_attempts integer,
    last_practiced timestamp,
    mastery_level integer,
    is_unlocked boolean,
    next_grade_unlocked boolean,
    downgraded boolean,
    difficulty_level integer,
    upgrade_eligible boolean,
    downgrade_eligible boolean,
    recent_30_attempts integer,
    recent_30_correct integer,
    recent_20_attempts integer,
    recent_20_correct integer
);
CREATE TABLE subject_difficulty_history (
    id serial PRIMARY KEY,
    user_id integer,
    subject text,
    grade text,
    is_correct boolean,
    timestamp timestamp,
    difficulty_level integer,
    question_id integer
);
CREATE TABLE user_progress (
    id serial PRIMARY KEY,
    user_id integer,
    category text,
    level integer,
    score integer,
    completed_questions integer
);
CREATE TABLE ai_analytics (
    id serial PRIMARY KEY,
    user_id integer,
    analysis_date timestamp,
    learning_patterns json,
    recommendations text,
    strengths text[],
    areas_for_improvement text[],
    engagement_analysis json,
    suggested_activities text[],
    learning_style text,
    strength_concepts text[],
    weakness_concepts text[],
    recommended_activities text[],
    generated_at timestamp
);
CREATE TABLE module_history (
    id serial PRIMARY KEY,
    user_id integer,
    module_name text,
    run_type text,
    final_score integer,
    questions_total integer,
    questions_correct integer,
    time_spent_seconds integer,
    completed_at timestamp,
    difficulty_level integer,
    grade_level text,
    tokens_earned integer
);
