-- Privacy: what is left of learners who were erased, and the settings of what is kept how long.
CREATE TABLE IF NOT EXISTS hg_tombstones (
    tombstone_id uuid NOT NULL DEFAULT gen_random_uuid(),
    erased_on date NOT NULL,
    erased_by text NOT NULL,
    cause text NOT NULL,
    reason text,
    learners bigint NOT NULL,
    rows_deleted jsonb NOT NULL,
    CONSTRAINT hg_tombstones_pkey PRIMARY KEY (tombstone_id),
    CONSTRAINT hg_tombstones_cause_known CHECK (cause IN ('erased', 'deleted', 'truncated'))
);

COMMENT ON TABLE hg_tombstones IS
'That somebody was erased: never who. Kept for tombstone_retention_days.';
COMMENT ON COLUMN hg_tombstones.tombstone_id IS 'Made here: there is no order to keep.';
COMMENT ON COLUMN hg_tombstones.erased_on IS
'The day, UTC. No instant: a learner who stays begins a new ledger at the same one.';
COMMENT ON COLUMN hg_tombstones.erased_by IS 'Who did it: session_user.';
COMMENT ON COLUMN hg_tombstones.cause IS
'erased: hg_erase_learner(); deleted: the row went from users; truncated: all of users did.';
COMMENT ON COLUMN hg_tombstones.reason IS 'The reason given to hg_erase_learner(); NULL: none was.';
COMMENT ON COLUMN hg_tombstones.learners IS 'How many learners: 1, but for a TRUNCATE of users.';
COMMENT ON COLUMN hg_tombstones.rows_deleted IS 'How many rows went, {table: number}.';

-- So that a reader who looks at the rules anyway knows whether it is to be logged.
ALTER TABLE hg_rules ADD COLUMN IF NOT EXISTS access_log boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN hg_rules.access_log IS 'The setting of this name under this version.';

-- Triggers of an earlier version do not know these names. A fresh installation has none yet.
ALTER TABLE hg_settings DISABLE TRIGGER USER;

INSERT INTO hg_settings (name, value, comment)
VALUES
(
    'access_log', 'false',
    'Whether the server''s log gets a line for each reading of one learner.'
),
(
    'ai_analyses_retention_days', 'null',
    'Days (of 24 hours) for which analyses stay in a document, 1-36500; null: for ever.'
),
(
    'archive_retention_days', 'null',
    'Days (of 24 hours) for which the archive of a finished move is kept, 1-36500; null: until '
    'make purge.'
),
(
    'tombstone_retention_days', 'null',
    'Days (of 24 hours) for which tombstones are kept, 1-36500; null: for ever.'
)
ON CONFLICT (name) DO NOTHING;

ALTER TABLE hg_settings ENABLE TRIGGER USER;

-- Erasing deletes from these two as well; where they are published, a delete has to name its row.
ALTER TABLE hg_legacy_differences REPLICA IDENTITY FULL;
ALTER TABLE hg_legacy_unverified REPLICA IDENTITY FULL;
