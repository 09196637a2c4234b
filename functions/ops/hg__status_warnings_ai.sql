-- What somebody should look at in the analyses by OpenAI. p_ai is the answer of hg__status_ai.
-- Writes: nothing. Calls: hg__warning. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings_ai(p_ai jsonb) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings_ai$
DECLARE
    c_long CONSTANT integer := 3600;
    v_used_up boolean := coalesce(
        (p_ai ->> 'calls_left')::bigint <= 0 OR (p_ai ->> 'tokens_left')::bigint <= 0, false
    );
    v_waits boolean := coalesce((p_ai ->> 'oldest_ready_seconds')::bigint > c_long, false)
    AND (p_ai ->> 'enabled')::boolean;
BEGIN
    RETURN array_remove(
        ARRAY[
            CASE WHEN (p_ai ->> 'dead')::bigint > 0
                THEN hg__warning('analyses', 'look', format(
                    '%s analyses were given up (hg_ai_jobs.problem says why): mend the cause, then '
                    'SELECT hg_requeue_ai_job(job_id)', p_ai ->> 'dead'
                )) END,
            CASE WHEN v_waits AND v_used_up
                THEN hg__warning('analyses', 'look',
                    'analyses wait for the next day: ai_daily_calls or ai_daily_tokens are used '
                    'up') END,
            CASE WHEN v_waits AND NOT v_used_up
                THEN hg__warning('analyses', 'look',
                    'analyses have been waiting for more than an hour: start a worker, or set '
                    'ai_enabled to false') END
        ],
        NULL
    );
END
$hg__status_warnings_ai$;

REVOKE ALL ON FUNCTION hg__status_warnings_ai FROM public;
