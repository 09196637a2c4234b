-- Whose an analysis is, how old, and whether it is out of date.
-- Writes: nothing. Calls: hg__html, hg__report_day. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_source(p_section jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_source$
BEGIN
    RETURN '<p class="note">' || CASE p_section ->> 'source'
        WHEN 'openai' THEN 'Written by a language model'
            || coalesce(' (' || hg__html(p_section ->> 'model') || ')', '')
            || ', its figures checked'
        WHEN 'rules' THEN 'Worked out from the figures by fixed rules'
        WHEN 'legacy' THEN 'Taken over from the older application'
        ELSE 'Worked out just now from the figures, by fixed rules'
    END || coalesce(
        ', ' || hg__report_day((p_section ->> 'analysis_date')::date), ''
    ) || '.' || CASE
        WHEN (p_section -> 'stale')::boolean
            THEN ' <span class="tag care">Out of date</span> It was not made of the latest figures.'
        ELSE ''
    END || '</p>';
END
$hg__report_source$;

REVOKE ALL ON FUNCTION hg__report_source FROM public;
