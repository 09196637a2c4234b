-- The design that this product replaces, at its best: the older tables and columns, written by one
-- stored function in one transaction, with the keys and indexes that its upserts and its history
-- need. The tables (bench/legacy_tables.sql) are in a schema of their own, less the document that
-- users had beside them: nothing here reads or writes one.
--
-- What is counted for a session:
--   users                       the row: tokens, the day's tokens and minutes, questions, correct
--                               answers, streak, last activity
--   user_progress               the row of the module
--   subject_mastery             the row of the module's subject in the learner's grade: attempts,
--                               both recent windows, level, difficulty, the two eligibilities
--   concept_mastery             the row of each concept that the module teaches, 1.8 on average
--   subject_difficulty_history  one row, as if the session had been one question; with
--                               p_by_question one for each question, as its columns mean it
--   module_history              one row
-- What is not, because nothing in these tables did it: keys that make a session count once, late
-- and repeated sessions, limits of a day, time zones and freezes of the streak, levels and
-- progressions, mastery by a module's rule, transitions between modules, best categories (which the
-- older application computed apart). The rows have room for their next version (fillfactor), so
-- that nearly all updates are HOT.
ALTER TABLE replaced.users DROP COLUMN hidden_grade_asset, SET (fillfactor = 80);
ALTER TABLE replaced.user_progress SET (fillfactor = 80);
ALTER TABLE replaced.subject_mastery SET (fillfactor = 80);
ALTER TABLE replaced.concept_mastery SET (fillfactor = 80);
ALTER TABLE replaced.subject_difficulty_history DROP CONSTRAINT subject_difficulty_history_pkey;
ALTER TABLE replaced.module_history DROP CONSTRAINT module_history_pkey;

-- --- The learners of the bench, with as much history as the product's ledger has ---------------

CREATE TEMPORARY TABLE subjects AS
SELECT
    m.module,
    coalesce((regexp_split_to_array(nullif(m.concepts, ''), ',\s*'))[1], m.module) AS subject,
    coalesce(regexp_split_to_array(nullif(m.concepts, ''), ',\s*'), '{}') AS concepts
FROM hg_modules AS m;

CREATE TEMPORARY TABLE played AS
SELECT
    l.user_id, l.module, count(*)::integer AS sessions, sum(l.questions)::integer AS questions,
    sum(l.correct)::integer AS correct, sum(l.tokens_awarded)::integer AS tokens,
    max(l.occurred_at) AT TIME ZONE 'UTC' AS last_practiced
FROM hg_ledger AS l
WHERE l.kind = 'activity'
GROUP BY l.user_id, l.module;

INSERT INTO replaced.users (
    id, username, password, email, grade, tokens, streak_days, last_active, display_name,
    daily_tokens_earned, questions_answered, correct_answers, daily_engagement_minutes,
    fastest_category, highest_score_category
)
SELECT
    u.id, u.username, u.password_hash, u.email, coalesce(u.grade, '3'), p.tokens, 3,
    p.last_practiced, u.display_name, 20, p.questions, p.correct, 15, 'algebra', 'measurement'
FROM users AS u
INNER JOIN (
    SELECT
        a.user_id, sum(a.tokens) AS tokens, sum(a.questions) AS questions,
        sum(a.correct) AS correct, max(a.last_practiced) AS last_practiced
    FROM played AS a
    GROUP BY a.user_id
) AS p ON p.user_id = u.id;

INSERT INTO replaced.user_progress (user_id, category, level, score, completed_questions)
SELECT p.user_id, p.module, 1 + p.sessions / 5, p.correct, p.questions
FROM played AS p;

INSERT INTO replaced.subject_mastery (
    user_id, subject, grade, total_attempts, correct_attempts, last_practiced, mastery_level,
    is_unlocked, next_grade_unlocked, downgraded, difficulty_level, upgrade_eligible,
    downgrade_eligible, recent_30_attempts, recent_30_correct, recent_20_attempts,
    recent_20_correct
)
SELECT
    p.user_id, s.subject, u.grade, sum(p.questions), sum(p.correct), max(p.last_practiced),
    100 * sum(p.correct) / sum(p.questions), true, false, false, 2, false, false, 0, 0, 0, 0
FROM played AS p
INNER JOIN subjects AS s ON s.module = p.module
INNER JOIN replaced.users AS u ON u.id = p.user_id
GROUP BY p.user_id, s.subject, u.grade;

INSERT INTO replaced.concept_mastery (
    user_id, concept, grade, total_attempts, correct_attempts, last_practiced, mastery_level,
    needs_review
)
SELECT
    p.user_id, c.concept, u.grade, sum(p.questions), sum(p.correct), max(p.last_practiced),
    100 * sum(p.correct) / sum(p.questions), false
FROM played AS p
INNER JOIN subjects AS s ON s.module = p.module
CROSS JOIN LATERAL unnest(s.concepts) AS c (concept)
INNER JOIN replaced.users AS u ON u.id = p.user_id
GROUP BY p.user_id, c.concept, u.grade;

INSERT INTO replaced.subject_difficulty_history (
    user_id, subject, grade, is_correct, timestamp, difficulty_level
)
SELECT
    l.user_id, s.subject, '3', l.good, l.occurred_at AT TIME ZONE 'UTC', l.preferred_difficulty
FROM hg_ledger AS l
INNER JOIN subjects AS s ON s.module = l.module
WHERE l.kind = 'activity';

INSERT INTO replaced.module_history (
    user_id, module_name, run_type, final_score, questions_total, questions_correct,
    time_spent_seconds, completed_at, difficulty_level, grade_level, tokens_earned
)
SELECT
    l.user_id, l.module, l.run_type::text, 100 * l.correct / l.questions, l.questions, l.correct,
    l.seconds, l.occurred_at AT TIME ZONE 'UTC', l.preferred_difficulty, l.grade_level::text,
    l.tokens_awarded
FROM hg_ledger AS l
WHERE l.kind = 'activity';

CREATE UNIQUE INDEX ON replaced.user_progress (user_id, category);
CREATE UNIQUE INDEX ON replaced.subject_mastery (user_id, subject, grade);
CREATE UNIQUE INDEX ON replaced.concept_mastery (user_id, concept, grade);
ALTER TABLE replaced.subject_difficulty_history ADD PRIMARY KEY (id);
ALTER TABLE replaced.module_history ADD PRIMARY KEY (id);
CREATE INDEX ON replaced.subject_difficulty_history (user_id, timestamp);
CREATE INDEX ON replaced.module_history (user_id, completed_at);

-- --- One session -------------------------------------------------------------------------------

-- The learner's row comes first, so that two sessions of a learner wait for each other there and
-- never deadlock. What a module teaches is the caller's to say: the older application knew it.
CREATE FUNCTION replaced.record_session(
    p_user_id integer, p_module text, p_subject text, p_concepts text[], p_questions integer,
    p_correct integer, p_seconds integer, p_run_type text, p_by_question boolean
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE
AS $record_session$
DECLARE
    v_now timestamp := clock_timestamp() AT TIME ZONE 'UTC';
    v_today date := v_now::date;
    v_tokens integer := p_correct + CASE WHEN p_correct = p_questions THEN 4 ELSE 0 END;
    v_score integer := round(100.0 * p_correct / p_questions);
    v_learner record;
    v_level integer;
    v_difficulty integer;
BEGIN
    UPDATE replaced.users AS u
    SET
        tokens = u.tokens + v_tokens,
        daily_tokens_earned = v_tokens
        + CASE WHEN u.last_active >= v_today THEN u.daily_tokens_earned ELSE 0 END,
        daily_engagement_minutes = p_seconds / 60
        + CASE WHEN u.last_active >= v_today THEN u.daily_engagement_minutes ELSE 0 END,
        questions_answered = u.questions_answered + p_questions,
        correct_answers = u.correct_answers + p_correct,
        streak_days = CASE
            WHEN u.last_active >= v_today THEN u.streak_days
            WHEN u.last_active >= v_today - 1 THEN u.streak_days + 1
            ELSE 1
        END,
        last_active = v_now
    WHERE u.id = p_user_id
    RETURNING u.grade, u.tokens, u.daily_tokens_earned, u.streak_days INTO v_learner;
    IF NOT found THEN
        RAISE EXCEPTION 'unknown learner %', p_user_id;
    END IF;

    INSERT INTO replaced.user_progress AS p (user_id, category, level, score, completed_questions)
    VALUES (p_user_id, p_module, 1, p_correct, p_questions)
    ON CONFLICT (user_id, category) DO UPDATE
    SET
        score = p.score + excluded.score,
        completed_questions = p.completed_questions + excluded.completed_questions,
        level = 1 + (p.completed_questions + excluded.completed_questions) / 50
    RETURNING p.level INTO v_level;

    INSERT INTO replaced.subject_mastery AS s (
        user_id, subject, grade, total_attempts, correct_attempts, last_practiced, mastery_level,
        is_unlocked, next_grade_unlocked, downgraded, difficulty_level, upgrade_eligible,
        downgrade_eligible, recent_30_attempts, recent_30_correct, recent_20_attempts,
        recent_20_correct
    )
    VALUES (
        p_user_id, p_subject, v_learner.grade, p_questions, p_correct, v_now, v_score, true, false,
        false, 1, false, false, p_questions, p_correct, p_questions, p_correct
    )
    ON CONFLICT (user_id, subject, grade) DO UPDATE
    SET
        total_attempts = s.total_attempts + p_questions,
        correct_attempts = s.correct_attempts + p_correct,
        last_practiced = v_now,
        mastery_level
        = 100 * (s.correct_attempts + p_correct) / (s.total_attempts + p_questions),
        difficulty_level = CASE
            WHEN s.upgrade_eligible THEN least(5, s.difficulty_level + 1)
            WHEN s.downgrade_eligible THEN greatest(1, s.difficulty_level - 1)
            ELSE s.difficulty_level
        END,
        upgrade_eligible = s.recent_30_attempts + p_questions >= 30
        AND 100 * (s.recent_30_correct + p_correct) >= 80 * (s.recent_30_attempts + p_questions),
        downgrade_eligible = s.recent_20_attempts + p_questions >= 20
        AND 100 * (s.recent_20_correct + p_correct) <= 50 * (s.recent_20_attempts + p_questions),
        recent_30_attempts = p_questions
        + CASE WHEN s.recent_30_attempts >= 30 THEN 0 ELSE s.recent_30_attempts END,
        recent_30_correct = p_correct
        + CASE WHEN s.recent_30_attempts >= 30 THEN 0 ELSE s.recent_30_correct END,
        recent_20_attempts = p_questions
        + CASE WHEN s.recent_20_attempts >= 20 THEN 0 ELSE s.recent_20_attempts END,
        recent_20_correct = p_correct
        + CASE WHEN s.recent_20_attempts >= 20 THEN 0 ELSE s.recent_20_correct END
    RETURNING s.difficulty_level INTO v_difficulty;

    INSERT INTO replaced.concept_mastery AS c (
        user_id, concept, grade, total_attempts, correct_attempts, last_practiced, mastery_level,
        needs_review
    )
    SELECT
        p_user_id, t.concept, v_learner.grade, p_questions, p_correct, v_now, v_score, v_score < 60
    FROM unnest(p_concepts) AS t (concept)
    ON CONFLICT (user_id, concept, grade) DO UPDATE
    SET
        total_attempts = c.total_attempts + p_questions,
        correct_attempts = c.correct_attempts + p_correct,
        last_practiced = v_now,
        mastery_level
        = 100 * (c.correct_attempts + p_correct) / (c.total_attempts + p_questions),
        needs_review
        = 100 * (c.correct_attempts + p_correct) < 60 * (c.total_attempts + p_questions);

    IF p_by_question THEN
        INSERT INTO replaced.subject_difficulty_history (
            user_id, subject, grade, is_correct, timestamp, difficulty_level
        )
        SELECT p_user_id, p_subject, v_learner.grade, q.n <= p_correct, v_now, v_difficulty
        FROM generate_series(1, p_questions) AS q (n);
    ELSE
        INSERT INTO replaced.subject_difficulty_history (
            user_id, subject, grade, is_correct, timestamp, difficulty_level
        )
        VALUES (p_user_id, p_subject, v_learner.grade, v_score >= 80, v_now, v_difficulty);
    END IF;

    INSERT INTO replaced.module_history (
        user_id, module_name, run_type, final_score, questions_total, questions_correct,
        time_spent_seconds, completed_at, difficulty_level, grade_level, tokens_earned
    )
    VALUES (
        p_user_id, p_module, p_run_type, v_score, p_questions, p_correct, p_seconds, v_now,
        v_difficulty, v_learner.grade, v_tokens
    );

    RETURN jsonb_build_object(
        'tokens_awarded', v_tokens, 'tokens', v_learner.tokens,
        'daily_tokens', v_learner.daily_tokens_earned, 'streak_days', v_learner.streak_days,
        'level', v_level, 'difficulty', v_difficulty, 'score', v_score
    );
END
$record_session$;
