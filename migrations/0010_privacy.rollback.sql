-- The settings leave with their table (0003).
ALTER TABLE IF EXISTS hg_rules DROP COLUMN IF EXISTS access_log;
DROP TABLE IF EXISTS hg_tombstones;
ALTER TABLE IF EXISTS hg_legacy_differences REPLICA IDENTITY DEFAULT;
ALTER TABLE IF EXISTS hg_legacy_unverified REPLICA IDENTITY DEFAULT;
