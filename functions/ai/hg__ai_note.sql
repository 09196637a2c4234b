-- What a session means for the analyses: those that are due by it are marked stale in the
-- document, and jobs are made where the learner's consent is there. Nothing is called, nobody is
-- waited for.
-- Writes: hg_ai_jobs. Calls: hg__ai_due, hg__ai_section_path, hg__ai_consents, hg__ai_enqueue.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_note(
    p_document jsonb, p_entry hg_ledger, p_rules hg_rules
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_note$
DECLARE
    v_document jsonb := p_document;
    v_due record;
    v_path text[];
    v_consents boolean;
BEGIN
    FOR v_due IN SELECT d.* FROM hg__ai_due(p_document, p_entry, p_rules) AS d LOOP
        v_path := hg__ai_section_path(v_due.o_scope);
        IF v_document #>> (v_path || 'datetime_generated'::text) IS NOT NULL
            AND v_document #> (v_path || 'stale'::text) = 'false'
        THEN
            v_document := jsonb_set(v_document, v_path || 'stale'::text, 'true');
        END IF;

        IF v_consents IS NULL THEN
            v_consents := hg__ai_consents(p_entry.user_id);
        END IF;
        IF v_consents THEN
            PERFORM hg__ai_enqueue(
                p_entry.user_id, v_due.o_scope, v_due.o_reason, p_entry.recorded_at,
                p_rules.ai_debounce_minutes * interval '1 minute'
            );
        END IF;
    END LOOP;
    RETURN v_document;
END
$hg__ai_note$;

REVOKE ALL ON FUNCTION hg__ai_note FROM public;
