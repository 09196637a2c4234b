-- The section of a scope with an analysis in it: its eleven keys. Keys we do not know stay.
-- Writes: nothing. Calls: hg__ai_section_path, hg__object, hg__document_day, hg__instant_text.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_made(
    p_document jsonb, p_scope text, p_answer jsonb, p_source text, p_model text,
    p_at timestamptz, p_rules hg_rules
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_made$
BEGIN
    RETURN hg__object(p_document #> hg__ai_section_path(p_scope)) || p_answer
        || jsonb_build_object(
            'analysis_date', hg__document_day(p_document -> 'global_stats', p_at, p_rules),
            'datetime_generated', hg__instant_text(p_at),
            'source', p_source,
            'model', p_model,
            'stale', false
        );
END
$hg__ai_made$;

REVOKE ALL ON FUNCTION hg__ai_made FROM public;
