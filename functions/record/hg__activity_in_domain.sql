-- Whether the arguments of an activity, the learner aside, are in their domains; those that a
-- module's rules read of the details are hg__details_problem's to look at.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__activity_in_domain(
    p_activity_id uuid, p_module text, p_questions integer, p_correct integer,
    p_seconds integer, p_run_type text, p_occurred_at timestamptz, p_details jsonb
) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN (
    p_activity_id IS NOT NULL AND p_module IS NOT NULL
    AND p_questions BETWEEN 1 AND 1000 AND p_correct BETWEEN 0 AND p_questions
    AND (p_seconds IS NULL OR p_seconds BETWEEN 0 AND 86400)
    AND p_run_type IN ('token_run', 'test', 'practice')
    AND (
        p_occurred_at IS NULL
        OR p_occurred_at >= '0001-01-01 00:00:00+00' AND p_occurred_at < 'infinity'
    )
    AND (
        p_details = '{}'
        OR jsonb_typeof(p_details) = 'object' AND octet_length(p_details::text) <= 4096
    )
) IS TRUE;

REVOKE ALL ON FUNCTION hg__activity_in_domain FROM public;
