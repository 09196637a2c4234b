-- Notes what an answer cost the day (UTC).
-- Writes: hg_ai_spent. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_count_tokens(
    p_at timestamptz, p_prompt_tokens integer, p_completion_tokens integer
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_count_tokens$
BEGIN
    INSERT INTO hg_ai_spent (day, prompt_tokens, completion_tokens)
    SELECT
        (p_at AT TIME ZONE 'UTC')::date,
        coalesce(p_prompt_tokens, 0),
        coalesce(p_completion_tokens, 0)
    WHERE num_nonnulls(p_prompt_tokens, p_completion_tokens) > 0;
END
$hg__ai_count_tokens$;

REVOKE ALL ON FUNCTION hg__ai_count_tokens FROM public;
