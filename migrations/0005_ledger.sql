-- The ledger: every change of a document is a row here, and folding the rows gives the document.
DO $$
BEGIN
    IF to_regtype('hg_entry_kind') IS NULL THEN
        CREATE TYPE hg_entry_kind AS ENUM (
            'activity', 'spend', 'grant', 'preferred_difficulty', 'time_zone', 'mastery', 'pause',
            'reset', 'reevaluation', 'adjustment', 'reversal', 'skeleton', 'direct_write',
            'import', 'retention'
        );
    END IF;
    IF to_regtype('hg_run_type') IS NULL THEN
        CREATE TYPE hg_run_type AS ENUM ('token_run', 'test', 'practice');
    END IF;
    IF to_regtype('hg_streak_word') IS NULL THEN
        CREATE TYPE hg_streak_word AS ENUM (
            'started', 'extended', 'unchanged', 'frozen', 'restarted'
        );
    END IF;
    IF to_regtype('hg_token_limit') IS NULL THEN
        CREATE TYPE hg_token_limit AS ENUM ('daily_token_cap', 'range');
    END IF;
END
$$;

COMMENT ON TYPE hg_entry_kind IS
'What a ledger row records. The last four are checkpoints, where folding begins.';
COMMENT ON TYPE hg_run_type IS
'token_run: the normal scored session; test: an assessment; practice: counts for the day only.';
COMMENT ON TYPE hg_streak_word IS 'What an activity did to the streak.';
COMMENT ON TYPE hg_token_limit IS 'What cut an award of tokens.';

-- The key takes the type that users.id has; columns stand from wide to narrow, so that none is
-- padded.
CREATE TABLE IF NOT EXISTS hg_ledger AS
SELECT
    NULL::bigint AS ledger_id,
    NULL::timestamptz AS occurred_at,
    NULL::timestamptz AS recorded_at,
    u.id AS user_id,
    NULL::uuid AS id,
    NULL::integer AS rules_version,
    NULL::date AS local_day,
    NULL::integer AS seconds,
    NULL::integer AS tokens_requested,
    NULL::integer AS tokens_awarded,
    NULL::integer AS tokens,
    NULL::integer AS daily_tokens,
    NULL::integer AS streak_days,
    NULL::hg_entry_kind AS kind,
    NULL::hg_run_type AS run_type,
    NULL::hg_streak_word AS streak,
    NULL::hg_token_limit AS capped_by,
    NULL::smallint AS questions,
    NULL::smallint AS correct,
    NULL::smallint AS user_grade,
    NULL::smallint AS grade_level,
    NULL::smallint AS level_change,
    NULL::smallint AS preferred_difficulty,
    NULL::boolean AS good,
    NULL::boolean AS mastery_level,
    NULL::boolean AS mastery_changed,
    NULL::boolean AS late,
    NULL::boolean AS too_late,
    NULL::boolean AS clock_ahead,
    NULL::text AS module,
    NULL::jsonb AS details,
    NULL::text AS recorded_by,
    NULL::jsonb AS receipt,
    NULL::jsonb AS document
FROM users AS u
WITH NO DATA;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_ledger_pkey'
        AND c.conrelid = 'hg_ledger'::regclass
    ) THEN
        ALTER TABLE hg_ledger
            ALTER COLUMN ledger_id SET NOT NULL,
            ALTER COLUMN ledger_id ADD GENERATED ALWAYS AS IDENTITY,
            ALTER COLUMN occurred_at SET NOT NULL,
            ALTER COLUMN recorded_at SET NOT NULL,
            ALTER COLUMN rules_version SET NOT NULL,
            ALTER COLUMN kind SET NOT NULL,
            ADD CONSTRAINT hg_ledger_pkey PRIMARY KEY (user_id, id);
    END IF;
END
$$;

-- The order of occurrence, in which a history is folded.
CREATE INDEX IF NOT EXISTS hg_ledger_by_occurrence ON hg_ledger (user_id, occurred_at);

-- The few rows of a learner that are not activities: where folding begins, and what it must know.
CREATE INDEX IF NOT EXISTS hg_ledger_rare ON hg_ledger (user_id, kind, ledger_id)
WHERE kind IN (
    'time_zone', 'pause', 'reversal', 'skeleton', 'direct_write', 'import', 'retention'
);

COMMENT ON TABLE hg_ledger IS
'Append-only: one row per activity, spend, grant, change by a person and checkpoint. A document is '
'the fold of its learner''s rows in the order of (occurred_at, id) from the latest checkpoint on. '
'Everything the fold needs from outside the document is pinned on the row.';
COMMENT ON COLUMN hg_ledger.ledger_id IS 'The order of recording; gaps occur.';
COMMENT ON COLUMN hg_ledger.occurred_at IS
'When it happened: the place in the history. A checkpoint of a new learner stands at -infinity.';
COMMENT ON COLUMN hg_ledger.recorded_at IS
'When it was recorded: the server''s clock, read while the learner was locked.';
COMMENT ON COLUMN hg_ledger.user_id IS 'The learner, users.id.';
COMMENT ON COLUMN hg_ledger.id IS
'The caller''s id of the activity, spend or grant; made here for all else.';
COMMENT ON COLUMN hg_ledger.rules_version IS
'The version of catalog and settings in force when it was recorded (hg_rules).';
COMMENT ON COLUMN hg_ledger.local_day IS
'The learner''s own day of the activity, by the zone and day start in force; never recomputed.';
COMMENT ON COLUMN hg_ledger.seconds IS 'Time spent, 0-86400; NULL: not measured.';
COMMENT ON COLUMN hg_ledger.tokens_requested IS 'What the rules asked for.';
COMMENT ON COLUMN hg_ledger.tokens_awarded IS 'What was paid, as the receipt said.';
COMMENT ON COLUMN hg_ledger.tokens IS 'The balance the receipt showed.';
COMMENT ON COLUMN hg_ledger.daily_tokens IS 'The tokens of the day the receipt showed.';
COMMENT ON COLUMN hg_ledger.streak_days IS 'The streak the receipt showed.';
COMMENT ON COLUMN hg_ledger.kind IS 'What the row records.';
COMMENT ON COLUMN hg_ledger.run_type IS 'The kind of session.';
COMMENT ON COLUMN hg_ledger.streak IS 'The receipt''s word for the streak.';
COMMENT ON COLUMN hg_ledger.capped_by IS 'What cut the award; NULL: nothing.';
COMMENT ON COLUMN hg_ledger.questions IS 'Questions answered, 1-1000.';
COMMENT ON COLUMN hg_ledger.correct IS 'Correct answers, 0 to questions.';
COMMENT ON COLUMN hg_ledger.user_grade IS
'users.grade as a number (K = 0) when it was recorded; NULL: not a number.';
COMMENT ON COLUMN hg_ledger.grade_level IS 'The module''s grade the receipt showed.';
COMMENT ON COLUMN hg_ledger.level_change IS 'The receipt''s level_change: -1, 0 or 1.';
COMMENT ON COLUMN hg_ledger.preferred_difficulty IS 'The difficulty the receipt showed.';
COMMENT ON COLUMN hg_ledger.good IS 'Whether the session was good; NULL: neither, or a practice.';
COMMENT ON COLUMN hg_ledger.mastery_level IS 'The mastery the receipt showed.';
COMMENT ON COLUMN hg_ledger.mastery_changed IS 'Whether the activity changed it.';
COMMENT ON COLUMN hg_ledger.late IS 'The verdict: earlier than the last activity.';
COMMENT ON COLUMN hg_ledger.too_late IS 'The verdict: older than late_window_days.';
COMMENT ON COLUMN hg_ledger.clock_ahead IS
'The verdict: more than five minutes ahead of the server, taken as now.';
COMMENT ON COLUMN hg_ledger.module IS 'The module it belongs to; NULL: none.';
COMMENT ON COLUMN hg_ledger.details IS
'The caller''s details of an activity (NULL: none); for other kinds what was asked for.';
COMMENT ON COLUMN hg_ledger.recorded_by IS
'Who asked for it (session_user); NULL for activities, which the application sends.';
COMMENT ON COLUMN hg_ledger.receipt IS
'The receipt of a row that is no activity; an activity''s is rebuilt from the columns.';
COMMENT ON COLUMN hg_ledger.document IS
'The document of a checkpoint; NULL for a skeleton, which its version and grade give.';

-- What spares a late arrival the fold of a whole history: the document after every so many rows.
CREATE TABLE IF NOT EXISTS hg_snapshots AS
SELECT
    NULL::timestamptz AS occurred_at,
    NULL::uuid AS id,
    u.id AS user_id,
    NULL::bigint AS checkpoint_id,
    NULL::jsonb AS document
FROM users AS u
WITH NO DATA;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_snapshots_pkey'
        AND c.conrelid = 'hg_snapshots'::regclass
    ) THEN
        ALTER TABLE hg_snapshots
            ALTER COLUMN checkpoint_id SET NOT NULL,
            ALTER COLUMN document SET NOT NULL,
            ADD CONSTRAINT hg_snapshots_pkey PRIMARY KEY (user_id, occurred_at, id);
    END IF;
END
$$;

COMMENT ON TABLE hg_snapshots IS
'A cache: documents as the fold had them at places of a history, so that an activity that arrives '
'late or is reversed costs the rows after its place, not all. Every row can be deleted at any time '
'without any effect but on speed; nothing that proves a document reads it.';
COMMENT ON COLUMN hg_snapshots.occurred_at IS 'The place: hg_ledger.occurred_at of its last row.';
COMMENT ON COLUMN hg_snapshots.id IS 'The place: hg_ledger.id of its last row.';
COMMENT ON COLUMN hg_snapshots.user_id IS 'The learner, users.id.';
COMMENT ON COLUMN hg_snapshots.checkpoint_id IS
'hg_ledger.ledger_id of the checkpoint that the fold began with.';
COMMENT ON COLUMN hg_snapshots.document IS 'The document after that row.';
