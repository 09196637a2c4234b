DROP TYPE IF EXISTS hg_activity_outcome;
DROP TYPE IF EXISTS hg_progress;
DROP TYPE IF EXISTS hg_global_stats;
