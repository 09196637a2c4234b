-- Moving in from the older tables: what the import keeps beside the documents it builds.
CREATE TABLE IF NOT EXISTS hg_legacy_archive (
    archive_id bigint GENERATED ALWAYS AS IDENTITY,
    archived_at timestamptz NOT NULL,
    user_id text,
    source text NOT NULL,
    source_id text,
    row_data text,
    reason text NOT NULL,
    CONSTRAINT hg_legacy_archive_pkey PRIMARY KEY (archive_id)
);

CREATE INDEX IF NOT EXISTS hg_legacy_archive_by_learner ON hg_legacy_archive (user_id);
CREATE INDEX IF NOT EXISTS hg_legacy_archive_orphans ON hg_legacy_archive (user_id)
WHERE reason = 'orphan';

COMMENT ON TABLE hg_legacy_archive IS
'Every row and value of the older tables, columns and documents that was dropped, merged or '
'repaired on the way into a document, as it was. Orphans are here, too. Kept until make purge.';
COMMENT ON COLUMN hg_legacy_archive.archive_id IS 'The order of archiving; gaps occur.';
COMMENT ON COLUMN hg_legacy_archive.archived_at IS 'When it was archived.';
COMMENT ON COLUMN hg_legacy_archive.user_id IS
'The learner, as text: an orphan''s may be no id at all; NULL: the row named nobody.';
COMMENT ON COLUMN hg_legacy_archive.source IS
'The table''s name, users.<column>, or users.hidden_grade_asset for the document and its parts.';
COMMENT ON COLUMN hg_legacy_archive.source_id IS
'The id of the row, or the path in the document; NULL: there is none.';
COMMENT ON COLUMN hg_legacy_archive.row_data IS 'The row or the value as JSON text, as it was.';
COMMENT ON COLUMN hg_legacy_archive.reason IS 'Why it is here.';

CREATE TABLE IF NOT EXISTS hg_legacy_quarantine AS
SELECT
    u.id AS user_id,
    NULL::timestamptz AS quarantined_at,
    NULL::text AS reason_code,
    NULL::text AS detail
FROM users AS u
WITH NO DATA;

-- Learners whose sources changed since their document was built, a row for each change: no key,
-- so that the old application's transactions never wait for each other here.
CREATE TABLE IF NOT EXISTS hg_legacy_dirty AS
SELECT
    NULL::bigint AS dirty_id,
    u.id AS user_id,
    false AS everybody
FROM users AS u
WITH NO DATA;

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_legacy_quarantine_pkey'
        AND c.conrelid = 'hg_legacy_quarantine'::regclass
    ) THEN
        ALTER TABLE hg_legacy_quarantine
            ALTER COLUMN quarantined_at SET NOT NULL,
            ALTER COLUMN reason_code SET NOT NULL,
            ADD CONSTRAINT hg_legacy_quarantine_pkey PRIMARY KEY (user_id);
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_legacy_dirty_pkey'
        AND c.conrelid = 'hg_legacy_dirty'::regclass
    ) THEN
        ALTER TABLE hg_legacy_dirty
            ALTER COLUMN dirty_id SET NOT NULL,
            ALTER COLUMN dirty_id ADD GENERATED ALWAYS AS IDENTITY,
            ALTER COLUMN everybody SET NOT NULL,
            ADD CONSTRAINT hg_legacy_dirty_pkey PRIMARY KEY (dirty_id);
    END IF;
END
$$;

COMMENT ON TABLE hg_legacy_quarantine IS
'Learners whose document cannot become jsonb: they stay as they are until it is mended, then the '
'next import or hg_legacy_retry() takes them in.';
COMMENT ON COLUMN hg_legacy_quarantine.user_id IS 'The learner, users.id.';
COMMENT ON COLUMN hg_legacy_quarantine.quarantined_at IS 'When the import met it.';
COMMENT ON COLUMN hg_legacy_quarantine.reason_code IS 'unreadable_json.';
COMMENT ON COLUMN hg_legacy_quarantine.detail IS 'What PostgreSQL said.';
COMMENT ON TABLE hg_legacy_dirty IS
'Learners whose sources the old application changed since their document was built: the next '
'import, verify or cutover builds them again.';
COMMENT ON COLUMN hg_legacy_dirty.dirty_id IS 'The order of marking; gaps occur.';
COMMENT ON COLUMN hg_legacy_dirty.user_id IS 'The learner; NULL: the row was nobody''s.';
COMMENT ON COLUMN hg_legacy_dirty.everybody IS 'True after a TRUNCATE: every learner is meant.';

CREATE TABLE IF NOT EXISTS hg_legacy_run (
    singleton boolean NOT NULL DEFAULT true,
    started_at timestamptz,
    finished_at timestamptz,
    after_id text,
    swept boolean NOT NULL DEFAULT false,
    paused boolean NOT NULL DEFAULT false,
    batch integer NOT NULL DEFAULT 100,
    learners bigint NOT NULL DEFAULT 0,
    busy interval NOT NULL DEFAULT '0',
    equalised boolean NOT NULL DEFAULT false,
    cut_over_at timestamptz,
    rolling_back boolean NOT NULL DEFAULT false,
    finalizing boolean NOT NULL DEFAULT false,
    document_default boolean NOT NULL DEFAULT false,
    purged_at timestamptz,
    verify_after text,
    verify_started_at timestamptz,
    verified_at timestamptz,
    verified_digest text,
    CONSTRAINT hg_legacy_run_pkey PRIMARY KEY (singleton),
    CONSTRAINT hg_legacy_run_one_row CHECK (singleton)
);

COMMENT ON TABLE hg_legacy_run IS 'The one row that says how far the import is.';
COMMENT ON COLUMN hg_legacy_run.singleton IS 'Always true: there is one row.';
COMMENT ON COLUMN hg_legacy_run.started_at IS 'When the import began; its instant for figures.';
COMMENT ON COLUMN hg_legacy_run.finished_at IS 'When every learner had been built once.';
COMMENT ON COLUMN hg_legacy_run.after_id IS 'The last users.id that was built, as text.';
COMMENT ON COLUMN hg_legacy_run.swept IS 'Whether every learner has been built once.';
COMMENT ON COLUMN hg_legacy_run.paused IS 'True between make pause and make resume.';
COMMENT ON COLUMN hg_legacy_run.batch IS 'Learners in the next batch; it adapts.';
COMMENT ON COLUMN hg_legacy_run.learners IS 'Learners built so far, those built again included.';
COMMENT ON COLUMN hg_legacy_run.busy IS 'Time spent in batches.';
COMMENT ON COLUMN hg_legacy_run.equalised IS
'Whether the older columns of users have been made equal to the staged documents.';
COMMENT ON COLUMN hg_legacy_run.cut_over_at IS 'When the document became the truth.';
COMMENT ON COLUMN hg_legacy_run.rolling_back IS
'True while a rollback writes the documents back in their older shape.';
COMMENT ON COLUMN hg_legacy_run.finalizing IS
'True once finalize has begun to drop: there is no way back from then on.';
COMMENT ON COLUMN hg_legacy_run.document_default IS
'Whether the older document column, which is NOT NULL, was given a default at the cutover.';
COMMENT ON COLUMN hg_legacy_run.purged_at IS 'When the archive was emptied, since the cutover.';
COMMENT ON COLUMN hg_legacy_run.verify_after IS
'The last users.id that the verification under way has passed, as text; NULL: none is.';
COMMENT ON COLUMN hg_legacy_run.verify_started_at IS
'When the verification under way, or the last one, began.';
COMMENT ON COLUMN hg_legacy_run.verified_at IS 'When a verification of everybody ended.';
COMMENT ON COLUMN hg_legacy_run.verified_digest IS 'hg_legacy_digest() at its end.';

INSERT INTO hg_legacy_run (singleton) VALUES (true) ON CONFLICT (singleton) DO NOTHING;

-- A sequence counts without anybody waiting for anybody.
CREATE SEQUENCE IF NOT EXISTS hg_legacy_ignored_writes;

COMMENT ON SEQUENCE hg_legacy_ignored_writes IS
'How often, since the cutover, the older application wrote a column of users that only mirrors the '
'document.';

CREATE TABLE IF NOT EXISTS hg_legacy_differences AS
SELECT
    u.id AS user_id,
    NULL::text AS path,
    NULL::jsonb AS staged,
    NULL::jsonb AS expected
FROM users AS u
WITH NO DATA;

COMMENT ON TABLE hg_legacy_differences IS
'What the last verification found: no rows, and the import is true.';
COMMENT ON COLUMN hg_legacy_differences.user_id IS 'The learner; NULL: a row that is nobody''s.';
COMMENT ON COLUMN hg_legacy_differences.path IS 'The key, dotted, or archive.<table>.<id>.';
COMMENT ON COLUMN hg_legacy_differences.staged IS 'What is there; NULL: nothing is.';
COMMENT ON COLUMN hg_legacy_differences.expected IS 'What should be; NULL: nothing should.';

-- A log without a key, as hg_legacy_dirty: nobody waits for anybody.
CREATE TABLE IF NOT EXISTS hg_legacy_unverified AS
SELECT u.id AS user_id
FROM users AS u
WITH NO DATA;

COMMENT ON TABLE hg_legacy_unverified IS
'Learners who were built again since the last verification.';
COMMENT ON COLUMN hg_legacy_unverified.user_id IS 'The learner, users.id.';
