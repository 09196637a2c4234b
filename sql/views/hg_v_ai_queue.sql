-- How the queue of analyses is, in one row.
CREATE OR REPLACE VIEW hg_v_ai_queue AS
WITH jobs AS (
    SELECT
        count(*) FILTER (WHERE q.state = 'pending') AS pending,
        count(*) FILTER (
            WHERE q.finished_at IS NULL AND q.ready_at <= statement_timestamp()
        ) AS ready,
        count(*) FILTER (WHERE q.state = 'claimed') AS claimed,
        count(*) FILTER (
            WHERE q.state = 'claimed' AND q.ready_at <= statement_timestamp()
        ) AS expired,
        count(*) FILTER (WHERE q.state = 'dead') AS dead,
        count(*) FILTER (
            WHERE q.finished_at > statement_timestamp() - interval '24 hours'
        ) AS ended_24h,
        min(q.ready_at) FILTER (
            WHERE q.finished_at IS NULL AND q.ready_at <= statement_timestamp()
        ) AS oldest,
        coalesce(sum(q.reserved_tokens) FILTER (WHERE q.state = 'claimed'), 0) AS reserved_tokens
    FROM hg_ai_jobs AS q
),

calls AS (
    SELECT coalesce(sum(d.calls), 0) AS calls
    FROM hg_ai_days AS d
    WHERE d.day = (statement_timestamp() AT TIME ZONE 'UTC')::date
),

tokens AS (
    SELECT
        coalesce(sum(t.prompt_tokens), 0) AS prompt_tokens,
        coalesce(sum(t.completion_tokens), 0) AS completion_tokens
    FROM hg_ai_spent AS t
    WHERE t.day = (statement_timestamp() AT TIME ZONE 'UTC')::date
),

settings AS (
    SELECT jsonb_object_agg(s.name, s.value) AS limits FROM hg_settings AS s
)

SELECT
    j.pending,
    j.ready,
    j.claimed,
    j.expired,
    j.dead,
    j.ended_24h,
    c.calls AS calls_today,
    t.prompt_tokens AS prompt_tokens_today,
    t.completion_tokens AS completion_tokens_today,
    floor(extract(EPOCH FROM statement_timestamp() - j.oldest))::bigint AS oldest_ready_seconds,
    (s.limits ->> 'ai_daily_calls')::bigint - c.calls AS calls_left,
    (s.limits ->> 'ai_daily_tokens')::bigint - j.reserved_tokens - t.prompt_tokens
    - t.completion_tokens AS tokens_left
FROM jobs AS j
CROSS JOIN calls AS c
CROSS JOIN tokens AS t
CROSS JOIN settings AS s;

COMMENT ON VIEW hg_v_ai_queue IS
'How the queue of analyses is: one row, for a dashboard or an alarm. Only the owner may read it; '
'grant it to whom you like.';
COMMENT ON COLUMN hg_v_ai_queue.pending IS 'Jobs that wait.';
COMMENT ON COLUMN hg_v_ai_queue.ready IS 'Jobs a worker would get now.';
COMMENT ON COLUMN hg_v_ai_queue.claimed IS 'Jobs that are out.';
COMMENT ON COLUMN hg_v_ai_queue.expired IS 'Those of them whose lease is over.';
COMMENT ON COLUMN hg_v_ai_queue.dead IS 'Jobs that were given up: hg_requeue_ai_job.';
COMMENT ON COLUMN hg_v_ai_queue.ended_24h IS 'Jobs that ended within 24 hours, however.';
COMMENT ON COLUMN hg_v_ai_queue.oldest_ready_seconds IS
'How long the job at the head has been ready, seconds; NULL: none is. It grows where no worker '
'runs or the budget is used up.';
COMMENT ON COLUMN hg_v_ai_queue.calls_today IS 'Jobs handed out today (UTC).';
COMMENT ON COLUMN hg_v_ai_queue.prompt_tokens_today IS 'Tokens of requests today (UTC).';
COMMENT ON COLUMN hg_v_ai_queue.completion_tokens_today IS 'Tokens of answers today (UTC).';
COMMENT ON COLUMN hg_v_ai_queue.calls_left IS 'Of ai_daily_calls; NULL: no limit.';
COMMENT ON COLUMN hg_v_ai_queue.tokens_left IS
'Of ai_daily_tokens, less what is set aside for jobs that are out; NULL: no limit.';
