DROP TABLE IF EXISTS hg_legacy_unverified;
DROP TABLE IF EXISTS hg_legacy_differences;
DROP SEQUENCE IF EXISTS hg_legacy_ignored_writes;
DROP TABLE IF EXISTS hg_legacy_dirty;
DROP TABLE IF EXISTS hg_legacy_quarantine;
DROP TABLE IF EXISTS hg_legacy_archive;
DROP TABLE IF EXISTS hg_legacy_run;
ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS hidden_grade_asset_next;
