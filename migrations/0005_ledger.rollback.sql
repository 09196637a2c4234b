DROP TABLE IF EXISTS hg_snapshots;
DROP TABLE IF EXISTS hg_ledger;
DROP TYPE IF EXISTS hg_token_limit;
DROP TYPE IF EXISTS hg_streak_word;
DROP TYPE IF EXISTS hg_run_type;
DROP TYPE IF EXISTS hg_entry_kind;
