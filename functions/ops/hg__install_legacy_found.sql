-- Whether the database holds progress of the old shape, so that an import must come first: there are
-- learners, and one of the legacy tables or a backup of it, a stored document, or a column of users
-- with a value that is not its default. Objects may be missing; values are looked at as text, since
-- rows can hold json that cannot become jsonb.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__install_legacy_found() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__install_legacy_found$
DECLARE
    v_defaults jsonb;
BEGIN
    IF NOT EXISTS (SELECT FROM users AS u) THEN
        RETURN false;
    ELSIF EXISTS (SELECT FROM users AS u WHERE u.hidden_grade_asset IS NOT NULL) THEN
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

    SELECT jsonb_object_agg(d.name, d.value)
    INTO v_defaults
    FROM (
        VALUES
            ('tokens', '0'), ('streak_days', '0'), ('daily_tokens_earned', '0'),
            ('questions_answered', '0'), ('correct_answers', '0'),
            ('daily_engagement_minutes', '0'), ('preferred_difficulty', '1'),
            ('fastest_category', ''), ('highest_score_category', ''), ('learning_style', ''),
            ('strength_concepts', '[]'), ('weakness_concepts', '[]')
    ) AS d (name, value)
    INNER JOIN pg_attribute AS a
        ON a.attrelid = 'users'::regclass AND a.attname = d.name AND NOT a.attisdropped;

    RETURN v_defaults IS NOT NULL AND EXISTS (
        SELECT FROM users AS u
        CROSS JOIN LATERAL row_to_json(u) AS r (old)
        CROSS JOIN LATERAL jsonb_each_text(v_defaults) AS d (name, value)
        WHERE btrim((r.old -> d.name)::text, '"') NOT IN (d.value, 'null', '')
    );
END
$hg__install_legacy_found$;

REVOKE ALL ON FUNCTION hg__install_legacy_found FROM public;
