-- Strengths and weaknesses: the analysis the document holds, else one by arithmetic, which is not
-- stored. NULL where neither says anything.
-- Writes: nothing. Calls: hg__ai_by_rules, hg__ai_metrics, hg__report_source, hg__report_texts,
-- hg__report_finding. Raises: nothing for a well-formed document.
CREATE OR REPLACE FUNCTION hg__report_analysis(
    p_user_id users.id%TYPE, p_document jsonb
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_analysis$
DECLARE
    v_section jsonb := p_document -> 'ai_analytics';
    v_columns text;
BEGIN
    IF v_section ->> 'source' IS NULL THEN
        v_section := hg__ai_by_rules('global', hg__ai_metrics(p_user_id, 'global', p_document));
    END IF;
    SELECT string_agg('<div>' || c.body || '</div>', E'\n' ORDER BY c.place) INTO v_columns
    FROM (
        VALUES
        (1, nullif(concat(
            hg__report_texts('Strengths', v_section -> 'strengths'),
            hg__report_texts('Weaknesses', v_section -> 'weaknesses'),
            hg__report_texts('Worth working on', v_section -> 'areas_for_improvement'),
            hg__report_texts('What to do next', v_section -> 'suggested_activities')
        ), '')),
        (2, nullif(concat(
            hg__report_finding('Learning', v_section -> 'learning_patterns'),
            hg__report_finding('Habits', v_section -> 'engagement_analysis')
        ), ''))
    ) AS c (place, body);
    RETURN hg__report_source(v_section) || '<div class="pair">' || v_columns || '</div>';
END
$hg__report_analysis$;

REVOKE ALL ON FUNCTION hg__report_analysis FROM public;
