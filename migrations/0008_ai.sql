-- Analyses by OpenAI: the queue of jobs, what was analysed, and what it cost.
DO $$
BEGIN
    IF to_regtype('hg_ai_job_state') IS NULL THEN
        CREATE TYPE hg_ai_job_state AS ENUM (
            'pending', 'claimed', 'done', 'stale', 'skipped', 'dead'
        );
    END IF;
END
$$;

COMMENT ON TYPE hg_ai_job_state IS
'pending: waits for a worker (again); claimed: one has it; done: the analysis is in the document; '
'stale: a newer analysis was there first; skipped: there was nothing to ask; dead: given up.';

CREATE TABLE IF NOT EXISTS hg_ai_jobs AS
SELECT
    NULL::bigint AS job_id,
    u.id AS user_id,
    NULL::text AS scope,
    NULL::hg_ai_job_state AS state,
    NULL::text AS reason,
    NULL::boolean AS forced,
    NULL::timestamptz AS requested_at,
    NULL::timestamptz AS ready_at,
    NULL::timestamptz AS finished_at,
    NULL::smallint AS attempt,
    NULL::text AS worker,
    NULL::text AS problem,
    NULL::timestamptz AS input_at,
    NULL::text AS input_digest,
    NULL::jsonb AS input,
    NULL::integer AS reserved_tokens
FROM users AS u
WITH NO DATA;

CREATE TABLE IF NOT EXISTS hg_ai_analyses AS
SELECT
    u.id AS user_id,
    NULL::text AS scope,
    NULL::timestamptz AS input_at,
    NULL::timestamptz AS answered_at,
    NULL::text AS answered_digest,
    NULL::integer AS answered_sessions
FROM users AS u
WITH NO DATA;

CREATE TABLE IF NOT EXISTS hg_ai_usage AS
SELECT
    u.id AS user_id,
    NULL::bigint AS job_id,
    NULL::smallint AS attempt,
    NULL::timestamptz AS answered_at,
    NULL::text AS model,
    NULL::integer AS prompt_tokens,
    NULL::integer AS completion_tokens,
    NULL::text AS outcome
FROM users AS u
WITH NO DATA;

CREATE TABLE IF NOT EXISTS hg_ai_days (
    day date NOT NULL,
    calls integer NOT NULL DEFAULT 0,
    CONSTRAINT hg_ai_days_pkey PRIMARY KEY (day)
);

-- Only ever added to, so that nobody who brings an answer waits for anybody who asks for a job.
CREATE TABLE IF NOT EXISTS hg_ai_spent (
    spent_id bigint GENERATED ALWAYS AS IDENTITY,
    day date NOT NULL,
    prompt_tokens integer NOT NULL,
    completion_tokens integer NOT NULL,
    CONSTRAINT hg_ai_spent_pkey PRIMARY KEY (spent_id)
);

CREATE INDEX IF NOT EXISTS hg_ai_spent_by_day ON hg_ai_spent (day);

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_ai_jobs_pkey'
        AND c.conrelid = 'hg_ai_jobs'::regclass
    ) THEN
        ALTER TABLE hg_ai_jobs
            ALTER COLUMN job_id SET NOT NULL,
            ALTER COLUMN job_id ADD GENERATED ALWAYS AS IDENTITY,
            ALTER COLUMN scope SET NOT NULL,
            ALTER COLUMN state SET NOT NULL,
            ALTER COLUMN reason SET NOT NULL,
            ALTER COLUMN forced SET NOT NULL,
            ALTER COLUMN requested_at SET NOT NULL,
            ALTER COLUMN ready_at SET NOT NULL,
            ALTER COLUMN attempt SET NOT NULL,
            ADD CONSTRAINT hg_ai_jobs_claim_whole CHECK (
                state <> 'claimed' OR num_nulls(worker, input, input_at, reserved_tokens) = 0
            ),
            ADD CONSTRAINT hg_ai_jobs_end_whole CHECK (
                (state IN ('pending', 'claimed')) = (finished_at IS NULL)
            ),
            ADD CONSTRAINT hg_ai_jobs_pkey PRIMARY KEY (user_id, job_id);
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_ai_analyses_pkey'
        AND c.conrelid = 'hg_ai_analyses'::regclass
    ) THEN
        ALTER TABLE hg_ai_analyses
            ALTER COLUMN input_at SET NOT NULL,
            ADD CONSTRAINT hg_ai_analyses_answer_whole CHECK (
                num_nulls(answered_at, answered_digest, answered_sessions) IN (0, 3)
            ),
            ADD CONSTRAINT hg_ai_analyses_pkey PRIMARY KEY (user_id, scope);
    END IF;
    IF NOT EXISTS (
        SELECT FROM pg_constraint AS c WHERE c.conname = 'hg_ai_usage_pkey'
        AND c.conrelid = 'hg_ai_usage'::regclass
    ) THEN
        ALTER TABLE hg_ai_usage
            ALTER COLUMN attempt SET NOT NULL,
            ALTER COLUMN outcome SET NOT NULL,
            ADD CONSTRAINT hg_ai_usage_pkey PRIMARY KEY (user_id, job_id, answered_at);
    END IF;
END
$$;

-- A worker knows a job by its number alone.
CREATE INDEX IF NOT EXISTS hg_ai_jobs_by_number ON hg_ai_jobs (job_id);

-- What a worker may take: waiting jobs, and those whose holder has been silent for too long.
CREATE INDEX IF NOT EXISTS hg_ai_jobs_ready ON hg_ai_jobs (ready_at)
WHERE state IN ('pending', 'claimed');

-- What the retention looks for.
CREATE INDEX IF NOT EXISTS hg_ai_jobs_ended ON hg_ai_jobs (finished_at)
WHERE finished_at IS NOT NULL;

COMMENT ON TABLE hg_ai_jobs IS
'The queue of analyses, one row a job. While one is pending or claimed its learner and scope get '
'no second. Finished ones are kept for ai_retention_days, without their input.';
COMMENT ON COLUMN hg_ai_jobs.job_id IS 'All that a worker knows of whose job it is.';
COMMENT ON COLUMN hg_ai_jobs.user_id IS 'The learner: users.id.';
COMMENT ON COLUMN hg_ai_jobs.scope IS 'global, cross_module, or a module.';
COMMENT ON COLUMN hg_ai_jobs.state IS 'Where the job is: hg_ai_job_state.';
COMMENT ON COLUMN hg_ai_jobs.reason IS
'Why it was made: requested, sessions, days or mastery.';
COMMENT ON COLUMN hg_ai_jobs.forced IS 'Asked for although nothing may have changed.';
COMMENT ON COLUMN hg_ai_jobs.requested_at IS 'When it was made.';
COMMENT ON COLUMN hg_ai_jobs.ready_at IS
'When a worker may take it: after the debounce or the backoff; of a claimed one the lease''s end.';
COMMENT ON COLUMN hg_ai_jobs.finished_at IS 'When it ended; NULL: it has not.';
COMMENT ON COLUMN hg_ai_jobs.attempt IS 'How often it was handed out.';
COMMENT ON COLUMN hg_ai_jobs.worker IS 'Who has it, or had it last.';
COMMENT ON COLUMN hg_ai_jobs.problem IS 'What the last attempt ended with, or why it was skipped.';
COMMENT ON COLUMN hg_ai_jobs.input_at IS 'When the input of the last attempt was read.';
COMMENT ON COLUMN hg_ai_jobs.input_digest IS 'SHA-256 of that input, hex.';
COMMENT ON COLUMN hg_ai_jobs.input IS
'The metrics an answer is checked against; NULL but for a claimed job.';
COMMENT ON COLUMN hg_ai_jobs.reserved_tokens IS
'Tokens set aside of the day''s budget while the job is out.';

COMMENT ON TABLE hg_ai_analyses IS
'The latest analysis of each learner and scope: what a later one must be newer than, and what a '
'request must differ from.';
COMMENT ON COLUMN hg_ai_analyses.user_id IS 'The learner: users.id.';
COMMENT ON COLUMN hg_ai_analyses.scope IS 'global, cross_module, or a module.';
COMMENT ON COLUMN hg_ai_analyses.input_at IS
'When the input of the analysis in the document was read, whoever made it.';
COMMENT ON COLUMN hg_ai_analyses.answered_at IS 'When OpenAI''s last answer was stored.';
COMMENT ON COLUMN hg_ai_analyses.answered_digest IS 'SHA-256 of its input, hex.';
COMMENT ON COLUMN hg_ai_analyses.answered_sessions IS
'Sessions completed in the scope when that input was read.';

COMMENT ON TABLE hg_ai_usage IS 'What each answer cost, good or bad. Kept for ai_retention_days.';
COMMENT ON COLUMN hg_ai_usage.user_id IS 'The learner: users.id.';
COMMENT ON COLUMN hg_ai_usage.job_id IS 'The job.';
COMMENT ON COLUMN hg_ai_usage.attempt IS 'Which of its attempts.';
COMMENT ON COLUMN hg_ai_usage.answered_at IS 'When the answer was handed in.';
COMMENT ON COLUMN hg_ai_usage.model IS 'The model, as the answer names it; NULL: it does not.';
COMMENT ON COLUMN hg_ai_usage.prompt_tokens IS 'As the answer says; NULL: it does not.';
COMMENT ON COLUMN hg_ai_usage.completion_tokens IS 'As the answer says; NULL: it does not.';
COMMENT ON COLUMN hg_ai_usage.outcome IS
'done, stale, or what was wrong with the answer.';

COMMENT ON TABLE hg_ai_days IS
'The calls of a day (UTC), of nobody in particular: erasing a learner leaves them.';
COMMENT ON COLUMN hg_ai_days.day IS 'The day, UTC.';
COMMENT ON COLUMN hg_ai_days.calls IS 'Jobs handed out.';

COMMENT ON TABLE hg_ai_spent IS
'The tokens of each answer, of nobody in particular: erasing a learner leaves them. Kept for '
'ai_retention_days.';
COMMENT ON COLUMN hg_ai_spent.spent_id IS 'Counts; gaps occur.';
COMMENT ON COLUMN hg_ai_spent.day IS 'The day (UTC) on which the answer was handed in.';
COMMENT ON COLUMN hg_ai_spent.prompt_tokens IS 'Tokens of the request, as the answer said.';
COMMENT ON COLUMN hg_ai_spent.completion_tokens IS 'Tokens of the answer, as it said.';
