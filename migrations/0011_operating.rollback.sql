DROP INDEX IF EXISTS hg_ledger_by_instant;
ALTER TABLE IF EXISTS hg_settings DROP COLUMN IF EXISTS shipped;
ALTER TABLE IF EXISTS hg_installation DROP COLUMN IF EXISTS function_digests;
