-- Refuses a job that its worker has not, or not any more.
-- Writes: nothing. Calls: nothing. Raises: LG423.
CREATE OR REPLACE FUNCTION hg__ai_check_held(p_job hg_ai_jobs, p_worker text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_held$
BEGIN
    IF p_job.state <> 'claimed' OR p_job.worker <> p_worker THEN
        RAISE EXCEPTION 'the AI job is not held by this worker' USING
            ERRCODE = 'LG423',
            DETAIL = format(
                'Job %s is %s, last held by %s, and %s asks.',
                p_job.job_id, p_job.state, coalesce(quote_literal(p_job.worker), 'nobody'),
                quote_literal(left(p_worker, 200))
            ),
            HINT = 'Its lease was over and another worker has it, or it has ended: drop the '
                'answer; ask for longer leases if this happens often.';
    END IF;
END
$hg__ai_check_held$;

REVOKE ALL ON FUNCTION hg__ai_check_held FROM public;
