DROP TYPE IF EXISTS hg_activity_outcome;
DROP TYPE IF EXISTS hg_receipt;
DROP TYPE IF EXISTS hg_cross_section;
DROP TYPE IF EXISTS hg_pair;
DROP TYPE IF EXISTS hg_block;
DROP TYPE IF EXISTS hg_progress;
DROP TYPE IF EXISTS hg_global_stats;
