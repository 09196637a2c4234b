-- An answer that has been found good: it goes into the document of the locked learner, unless the
-- consent has gone, a newer analysis is there, or the document would be too large for it.
-- Writes: hg_ai_jobs, hg_ai_analyses, users, hg_ledger (a learner's first checkpoint). Calls:
-- hg__ai_locked, hg__ai_section_path, hg__ai_made, hg__ai_consents, hg__store_document,
-- hg__ai_remember, hg__ai_input_sessions, hg__ai_write_job. Raises: LG404, LG422.
CREATE OR REPLACE FUNCTION hg__ai_accept(p_job hg_ai_jobs, p_answer jsonb, p_model text)
RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_accept$
DECLARE
    c_largest CONSTANT integer := 65536;
    v_job hg_ai_jobs%ROWTYPE := p_job;
    v_now timestamptz := clock_timestamp();
    v_learner record := hg__ai_locked(p_job.user_id);
    v_path text[] := hg__ai_section_path(p_job.scope);
    v_document jsonb := jsonb_set(
        v_learner.o_document, v_path, hg__ai_made(
            v_learner.o_document, p_job.scope, p_answer, 'openai', p_model, v_now,
            v_learner.o_rules
        )
    );
BEGIN
    v_job.state := 'done';
    v_job.problem := NULL;
    IF NOT hg__ai_consents(p_job.user_id) THEN
        v_job.state := 'stale';
        v_job.problem := 'the consent was taken back';
    ELSIF (v_learner.o_document #>> (v_path || 'datetime_generated'::text))::timestamptz
        BETWEEN p_job.input_at AND v_now
        OR EXISTS (
            SELECT FROM hg_ai_analyses AS a
            WHERE a.user_id = p_job.user_id AND a.scope = p_job.scope
            AND a.input_at > p_job.input_at
        )
    THEN
        v_job.state := 'stale';
        v_job.problem := 'a newer analysis is there';
    ELSIF octet_length(v_document::text) > greatest(
        c_largest, octet_length(v_learner.o_document::text)
    ) THEN
        v_job.state := 'dead';
        v_job.problem := 'the document would be larger than 64 kB';
    ELSE
        PERFORM hg__store_document(p_job.user_id, v_document);
        PERFORM hg__ai_remember(
            p_job.user_id, p_job.scope, p_job.input_at, v_now, p_job.input_digest,
            hg__ai_input_sessions(p_job.input)
        );
    END IF;
    v_job.finished_at := v_now;
    v_job.input := NULL;
    v_job.reserved_tokens := NULL;
    PERFORM hg__ai_write_job(v_job);
    RETURN jsonb_build_object('state', v_job.state, 'reason', v_job.problem);
END
$hg__ai_accept$;

REVOKE ALL ON FUNCTION hg__ai_accept FROM public;
