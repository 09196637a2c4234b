-- Whether the database holds progress of the old shape, so that an import must come first: there
-- are learners, and one of the legacy tables or a backup of it, a stored document, or a column of
-- users with a value that is not its default. Any of them may be missing.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__install_legacy_found() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_legacy_found$
BEGIN
    IF NOT EXISTS (SELECT FROM users AS u) THEN
        RETURN false;
    ELSIF EXISTS (
        -- A document with a ledger is ours: a learner of the moments since the triggers are there.
        SELECT FROM users AS u
        WHERE u.hidden_grade_asset IS NOT NULL
        AND NOT EXISTS (SELECT FROM hg_ledger AS l WHERE l.user_id = u.id)
    ) THEN
        RETURN true;
    ELSIF EXISTS (
        SELECT FROM pg_class AS u
        INNER JOIN pg_class AS c ON c.relnamespace = u.relnamespace
        CROSS JOIN unnest(ARRAY[
            'concept_mastery', 'subject_mastery', 'subject_difficulty_history', 'user_progress',
            'ai_analytics'
        ]) AS l (legacy)
        WHERE u.oid = 'users'::regclass AND c.relkind IN ('r', 'p', 'f')
        AND c.relname IN (l.legacy, l.legacy || '_backup')
    ) THEN
        RETURN true;
    END IF;

    -- Names without an alias, on purpose: where users has no such column, missing has one.
    RETURN (
        SELECT EXISTS (
            SELECT FROM users AS u
            WHERE tokens::text <> '0' OR streak_days::text <> '0'
            OR daily_tokens_earned::text <> '0' OR questions_answered::text <> '0'
            OR correct_answers::text <> '0' OR daily_engagement_minutes::text <> '0'
            OR preferred_difficulty::text <> '1' OR fastest_category::text <> ''
            OR highest_score_category::text <> '' OR learning_style::text <> ''
            OR strength_concepts::text NOT IN ('{}', '[]', '')
            OR weakness_concepts::text NOT IN ('{}', '[]', '')
        )
        FROM (
            VALUES (
                '0', '0', '0', '0', '0', '0', '1', NULL::text, NULL::text, NULL::text, NULL::text,
                NULL::text
            )
        ) AS missing (
            tokens, streak_days, daily_tokens_earned, questions_answered, correct_answers,
            daily_engagement_minutes, preferred_difficulty, fastest_category,
            highest_score_category, learning_style, strength_concepts, weakness_concepts
        )
    );
END
$hg__install_legacy_found$;

REVOKE ALL ON FUNCTION hg__install_legacy_found FROM public;
