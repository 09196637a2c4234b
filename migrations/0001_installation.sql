-- What this installation is: one row that says whether the API is live, which rules are in force
-- and which functions were loaded.
CREATE TABLE IF NOT EXISTS hg_installation (
    singleton boolean NOT NULL DEFAULT true,
    state text,
    live boolean GENERATED ALWAYS AS (
        coalesce(state IN ('none', 'cut_over', 'finalized'), false)
    ) STORED NOT NULL,
    rules_version integer NOT NULL DEFAULT 0,
    created_users boolean NOT NULL,
    added_grade boolean NOT NULL,
    added_document boolean NOT NULL,
    settled boolean NOT NULL DEFAULT false,
    distributed boolean NOT NULL DEFAULT false,
    skeletons_after text,
    user_id_type text,
    code_version text,
    code_hash text,
    functions text[] NOT NULL DEFAULT '{}',
    installed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT hg_installation_pkey PRIMARY KEY (singleton),
    CONSTRAINT hg_installation_one_row CHECK (singleton),
    CONSTRAINT hg_installation_state_known CHECK (
        state IN ('none', 'pending', 'importing', 'imported', 'cut_over', 'finalized')
    )
);

COMMENT ON TABLE hg_installation IS
'The one row that describes this installation. Written by make migrate and by the move from the '
'legacy tables, read by every function of the API.';
COMMENT ON COLUMN hg_installation.singleton IS 'Always true: there is one row.';
COMMENT ON COLUMN hg_installation.state IS
'none: nothing legacy was found, the API is live. pending, importing, imported: the legacy tables '
'are the truth, the API raises 55000. cut_over, finalized: the document is the truth, the API is '
'live. NULL: the installation has not finished.';
COMMENT ON COLUMN hg_installation.live IS 'True where the state lets the API answer.';
COMMENT ON COLUMN hg_installation.rules_version IS
'The version of catalog and settings in force (hg_rule_versions.version); 0 before the first.';
COMMENT ON COLUMN hg_installation.created_users IS
'True where the installation created the table users; undoing it drops the table.';
COMMENT ON COLUMN hg_installation.added_grade IS
'True where the installation added users.grade.';
COMMENT ON COLUMN hg_installation.added_document IS
'True where the installation added users.hidden_grade_asset.';
COMMENT ON COLUMN hg_installation.settled IS
'True once every learner has a document and the column is NOT NULL.';
COMMENT ON COLUMN hg_installation.distributed IS
'True once sql/citus_prepare.sql has readied the tables for Citus: users has no triggers then.';
COMMENT ON COLUMN hg_installation.skeletons_after IS
'The last users.id that the filling of skeletons has passed, as text; NULL before the first batch.';
COMMENT ON COLUMN hg_installation.user_id_type IS
'The type of users.id that the functions were created for.';
COMMENT ON COLUMN hg_installation.code_version IS 'The version of the functions loaded.';
COMMENT ON COLUMN hg_installation.code_hash IS
'SHA-256 of the functions and triggers loaded and of what they were created for.';
COMMENT ON COLUMN hg_installation.functions IS 'The signatures of the functions loaded.';
COMMENT ON COLUMN hg_installation.installed_at IS 'When the installation began.';

-- Taken down before anything is added, so that an undo removes only what is ours.
INSERT INTO hg_installation (created_users, added_grade, added_document)
SELECT
    to_regclass('users') IS NULL AS created_users,
    to_regclass('users') IS NOT NULL
    AND NOT coalesce(bool_or(a.attname = 'grade'), false) AS added_grade,
    to_regclass('users') IS NOT NULL
    AND NOT coalesce(bool_or(a.attname = 'hidden_grade_asset'), false) AS added_document
FROM pg_attribute AS a
WHERE a.attrelid = to_regclass('users') AND a.attnum > 0 AND NOT a.attisdropped
ON CONFLICT (singleton) DO NOTHING;
