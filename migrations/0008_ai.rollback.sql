DROP VIEW IF EXISTS hg_v_ai_queue;
DROP TABLE IF EXISTS hg_ai_spent;
DROP TABLE IF EXISTS hg_ai_days;
DROP TABLE IF EXISTS hg_ai_usage;
DROP TABLE IF EXISTS hg_ai_analyses;
DROP TABLE IF EXISTS hg_ai_jobs;
DROP TYPE IF EXISTS hg_ai_job_state;
