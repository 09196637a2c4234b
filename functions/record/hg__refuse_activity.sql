-- Says which argument of an activity is out of its domain: called only when one is.
-- Writes: nothing. Calls: hg__raise_argument. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__refuse_activity(
    p_user_id text, p_activity_id uuid, p_module text, p_questions integer, p_correct integer,
    p_seconds integer, p_run_type text, p_occurred_at timestamptz, p_details jsonb
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__refuse_activity$
DECLARE
    v_check record;
BEGIN
    FOR v_check IN
        SELECT c.argument, c.argument_value, c.argument_domain
        FROM (VALUES
            (p_user_id IS NOT NULL, 'p_user_id', p_user_id, 'Give users.id of the learner.'),
            (p_activity_id IS NOT NULL, 'p_activity_id', p_activity_id::text,
                'Give the id made with the session, so that a retry is the same activity.'),
            (p_module IS NOT NULL, 'p_module', p_module, 'Give the name of a module.'),
            (p_questions BETWEEN 1 AND 1000, 'p_questions', p_questions::text,
                'Questions answered are 1 to 1000.'),
            (p_correct BETWEEN 0 AND p_questions, 'p_correct', p_correct::text,
                'Correct answers are 0 to p_questions.'),
            (coalesce(p_seconds BETWEEN 0 AND 86400, true), 'p_seconds', p_seconds::text,
                'Seconds are 0 to 86400, or NULL where they were not measured.'),
            (p_run_type IN ('token_run', 'test', 'practice'), 'p_run_type', p_run_type,
                'A run is a token_run, a test or a practice.'),
            (coalesce(
                p_occurred_at >= '0001-01-01 00:00:00+00' AND isfinite(p_occurred_at), true
            ), 'p_occurred_at', p_occurred_at::text,
                'Give an instant of our era, or NULL for now.'),
            (jsonb_typeof(p_details) = 'object' AND octet_length(p_details::text) <= 4096,
                'p_details', p_details::text, 'Details are a JSON object of at most 4 kB.')
        ) AS c (holds, argument, argument_value, argument_domain)
        WHERE c.holds IS NOT TRUE
    LOOP
        PERFORM hg__raise_argument(
            v_check.argument, v_check.argument_value, v_check.argument_domain
        );
    END LOOP;
END
$hg__refuse_activity$;

REVOKE ALL ON FUNCTION hg__refuse_activity FROM public;
