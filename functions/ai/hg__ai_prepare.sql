-- A ready job as it is about to be handed out: with its input, as claimed; or ended, where there is
-- nothing to ask (any more), or where its last attempt was lost. Nothing is stored here. p_at is an
-- instant before which the input has not been read.
-- Writes: nothing. Calls: hg__ai_consents, hg__learner, hg__ai_metrics, hg__ai_digest.
-- Raises: nothing.
-- PARALLEL UNSAFE: a document that cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__ai_prepare(
    p_job hg_ai_jobs, p_max_attempts integer, p_at timestamptz
) RETURNS hg_ai_jobs
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_prepare$
DECLARE
    v_job hg_ai_jobs%ROWTYPE := p_job;
    v_learner record;
BEGIN
    v_job.state := 'skipped';
    v_job.finished_at := clock_timestamp();
    v_job.input := NULL;
    IF p_job.attempt >= p_max_attempts THEN
        v_job.state := 'dead';
        v_job.problem := coalesce(p_job.problem, 'the worker was not heard of again');
        RETURN v_job;
    ELSIF NOT hg__ai_consents(p_job.user_id) THEN
        v_job.problem := 'no consent';
        RETURN v_job;
    END IF;

    v_job.input_at := p_at;
    BEGIN
        v_learner := hg__learner(p_job.user_id);
        v_job.input := hg__ai_metrics(p_job.user_id, p_job.scope, v_learner.o_document);
    EXCEPTION
        -- One document that cannot be read must not stop the queue.
        WHEN data_exception OR SQLSTATE 'LG404' OR SQLSTATE 'LG422' THEN
            v_job.state := 'dead';
            v_job.problem := left('the document cannot be read: ' || sqlerrm, 1000);
            RETURN v_job;
    END;
    v_job.input_digest := hg__ai_digest(v_job.input);
    IF v_job.input IS NULL THEN
        v_job.problem := 'no session in the scope';
    ELSIF NOT p_job.forced AND EXISTS (
        SELECT FROM hg_ai_analyses AS a
        WHERE a.user_id = p_job.user_id AND a.scope = p_job.scope
        AND a.answered_digest = v_job.input_digest
    ) THEN
        v_job.input := NULL;
        v_job.problem := 'unchanged since the last analysis';
    ELSE
        v_job.state := 'claimed';
        v_job.finished_at := NULL;
    END IF;
    RETURN v_job;
END
$hg__ai_prepare$;

REVOKE ALL ON FUNCTION hg__ai_prepare FROM public;
