-- What is left of the day's budget (UTC), NULL where there is no limit; tokens of jobs that are out
-- count as used. The day's row stays locked: whoever hands out jobs is alone with it.
-- Writes: hg_ai_days. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_budget(
    p_day date, OUT o_calls bigint, OUT o_tokens bigint
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_budget$
DECLARE
    v_limits jsonb := (SELECT jsonb_object_agg(n.name, n.value) FROM hg_settings AS n);
BEGIN
    INSERT INTO hg_ai_days (day) VALUES (p_day) ON CONFLICT DO NOTHING;
    SELECT (v_limits ->> 'ai_daily_calls')::bigint - d.calls
    INTO o_calls
    FROM hg_ai_days AS d
    WHERE d.day = p_day
    FOR UPDATE;
    IF v_limits ->> 'ai_daily_tokens' IS NOT NULL THEN
        o_tokens := (v_limits ->> 'ai_daily_tokens')::bigint - coalesce((
            SELECT sum(s.prompt_tokens::bigint + s.completion_tokens)
            FROM hg_ai_spent AS s
            WHERE s.day = p_day
        ), 0) - coalesce(
            (SELECT sum(j.reserved_tokens) FROM hg_ai_jobs AS j WHERE j.state = 'claimed'), 0
        );
    END IF;
END
$hg__ai_budget$;

REVOKE ALL ON FUNCTION hg__ai_budget FROM public;
