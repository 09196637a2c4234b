-- The columns of users in which the older application kept what a document is built from.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_columns() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN ARRAY[
    'grade', 'tokens', 'streak_days', 'last_active', 'daily_tokens_earned', 'questions_answered',
    'correct_answers', 'daily_engagement_minutes', 'fastest_category', 'highest_score_category',
    'learning_style', 'strength_concepts', 'weakness_concepts', 'preferred_difficulty',
    'hidden_grade_asset'
];

REVOKE ALL ON FUNCTION hg__legacy_columns FROM public;
