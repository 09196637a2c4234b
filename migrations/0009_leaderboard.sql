-- What hg_refresh_leaderboard() keeps, and what hg_leaderboard() and hg_percentile() answer from.
CREATE TABLE IF NOT EXISTS hg_standings AS
SELECT
    NULL::bigint AS written,
    NULL::timestamptz AS streak_until,
    u.id AS user_id,
    NULL::integer AS tokens,
    NULL::integer AS total_tokens_earned,
    NULL::integer AS streak_days,
    NULL::integer AS total_correct_answers,
    NULL::boolean AS excluded
FROM users AS u
WITH NO DATA;

-- A row for each time: nobody waits for anybody here.
CREATE TABLE IF NOT EXISTS hg_standings_due AS
SELECT
    NULL::uuid AS due_id,
    u.id AS user_id
FROM users AS u
WITH NO DATA;

CREATE TABLE IF NOT EXISTS hg_standings_top AS
SELECT
    NULL::text AS metric,
    u.id AS user_id,
    NULL::integer AS place,
    NULL::integer AS rank,
    NULL::integer AS value
FROM users AS u
WITH NO DATA;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_standings_pkey'
        AND c.conrelid = 'hg_standings'::regclass
    ) THEN
        ALTER TABLE hg_standings
            ALTER COLUMN written SET NOT NULL,
            ALTER COLUMN tokens SET NOT NULL,
            ALTER COLUMN total_tokens_earned SET NOT NULL,
            ALTER COLUMN streak_days SET NOT NULL,
            ALTER COLUMN total_correct_answers SET NOT NULL,
            ALTER COLUMN excluded SET NOT NULL,
            ADD CONSTRAINT hg_standings_pkey PRIMARY KEY (user_id),
            SET (fillfactor = 80);
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_standings_due_pkey'
        AND c.conrelid = 'hg_standings_due'::regclass
    ) THEN
        ALTER TABLE hg_standings_due
            ALTER COLUMN due_id SET DEFAULT gen_random_uuid(),
            ALTER COLUMN user_id SET NOT NULL,
            ADD CONSTRAINT hg_standings_due_pkey PRIMARY KEY (due_id);
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_standings_top_pkey'
        AND c.conrelid = 'hg_standings_top'::regclass
    ) THEN
        ALTER TABLE hg_standings_top
            ALTER COLUMN user_id SET NOT NULL,
            ALTER COLUMN rank SET NOT NULL,
            ALTER COLUMN value SET NOT NULL,
            ADD CONSTRAINT hg_standings_top_pkey PRIMARY KEY (metric, place);
    END IF;
END
$$;

-- For a learner who is deleted.
CREATE INDEX IF NOT EXISTS hg_standings_top_by_learner ON hg_standings_top (user_id);

CREATE TABLE IF NOT EXISTS hg_standings_spread (
    metric text NOT NULL,
    first_figure integer NOT NULL,
    before_it integer NOT NULL,
    figures integer[] NOT NULL,
    CONSTRAINT hg_standings_spread_pkey PRIMARY KEY (metric, first_figure)
);

CREATE TABLE IF NOT EXISTS hg_standings_marks (
    mark bigint NOT NULL,
    as_of timestamptz NOT NULL,
    ledger_id bigint NOT NULL,
    own_xid bigint NOT NULL,
    oldest_xid bigint NOT NULL,
    rules_version integer NOT NULL,
    cut_over_at timestamptz,
    learners integer NOT NULL,
    CONSTRAINT hg_standings_marks_pkey PRIMARY KEY (mark)
);

-- What the ledger holds that is newer than a mark. Ranges are summed up once they are full, so that
-- the row of an activity changes nothing here.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX IF NOT EXISTS hg_ledger_by_recording ON hg_ledger
USING brin (ledger_id) WITH (autosummarize = on);

COMMENT ON TABLE hg_standings IS
'The figures of each learner as of the last refresh of the leaderboard, which alone writes here. '
'After DELETE FROM hg_standings_marks the next refresh reads everybody anew.';
COMMENT ON COLUMN hg_standings.written IS
'hg_standings_marks.ledger_id of the refresh that wrote the row.';
COMMENT ON COLUMN hg_standings.streak_until IS
'The instant from which the streak reads 0 if nothing more comes; NULL: never.';
COMMENT ON COLUMN hg_standings.user_id IS 'The learner, users.id.';
COMMENT ON COLUMN hg_standings.tokens IS 'The balance.';
COMMENT ON COLUMN hg_standings.total_tokens_earned IS 'Tokens of a lifetime.';
COMMENT ON COLUMN hg_standings.streak_days IS 'The streak as stored: see streak_until.';
COMMENT ON COLUMN hg_standings.total_correct_answers IS 'Correct answers of a lifetime.';
COMMENT ON COLUMN hg_standings.excluded IS
'Whether the column that leaderboard_exclude_column names was true.';

COMMENT ON TABLE hg_standings_due IS
'Learners whose document was changed without a row in the ledger (hg_rebuild), until the next '
'refresh of the leaderboard.';
COMMENT ON COLUMN hg_standings_due.due_id IS 'Made here: there is no order to keep.';
COMMENT ON COLUMN hg_standings_due.user_id IS 'The learner, users.id.';

COMMENT ON TABLE hg_standings_top IS
'The first 1,000 of each metric as of the last refresh of the leaderboard.';
COMMENT ON COLUMN hg_standings_top.metric IS
'tokens, total_tokens_earned, streak_days or total_correct_answers.';
COMMENT ON COLUMN hg_standings_top.user_id IS 'The learner, users.id.';
COMMENT ON COLUMN hg_standings_top.place IS 'From 1: by value, then by user_id.';
COMMENT ON COLUMN hg_standings_top.rank IS 'From 1; learners with the same value share one.';
COMMENT ON COLUMN hg_standings_top.value IS 'The figure.';

COMMENT ON TABLE hg_standings_spread IS
'The figures of all learners who have a rank, in order, 400 to a row, as of the last refresh of '
'the leaderboard. Of rows that begin with the same figure only the last is kept.';
COMMENT ON COLUMN hg_standings_spread.metric IS 'As in hg_standings_top.';
COMMENT ON COLUMN hg_standings_spread.first_figure IS 'The least of figures.';
COMMENT ON COLUMN hg_standings_spread.before_it IS
'How many figures stand before the first of these.';
COMMENT ON COLUMN hg_standings_spread.figures IS 'Figures, ascending.';

COMMENT ON TABLE hg_standings_marks IS
'The refreshes of the leaderboard that the next one needs: the last, and those it may have to go '
'back to for transactions that were still running.';
COMMENT ON COLUMN hg_standings_marks.mark IS 'The order of refreshes.';
COMMENT ON COLUMN hg_standings_marks.as_of IS
'The figures are those of this instant: all that was committed by then is in them.';
COMMENT ON COLUMN hg_standings_marks.ledger_id IS
'The last hg_ledger.ledger_id that had been given out when it began.';
COMMENT ON COLUMN hg_standings_marks.own_xid IS
'A transaction id taken then: who has a greater one got greater ledger_ids, too.';
COMMENT ON COLUMN hg_standings_marks.oldest_xid IS
'The oldest transaction of which it may not have seen everything.';
COMMENT ON COLUMN hg_standings_marks.rules_version IS 'The rules by which streaks were read.';
COMMENT ON COLUMN hg_standings_marks.cut_over_at IS
'hg_legacy_run.cut_over_at: documents of another cutover are all other ones.';
COMMENT ON COLUMN hg_standings_marks.learners IS 'Learners who have a rank.';
