-- engagement_analysis across modules: how much was played, in how many modules, and which most.
-- Writes: nothing. Calls: hg__ai_rules_count, hg__ai_rules_finding. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_cross_engagement(p_input jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_cross_engagement$
DECLARE
    v_totals jsonb := p_input -> 'totals';
    v_most record;
BEGIN
    SELECT m.module, m.figures ->> 'sessions' AS sessions INTO v_most
    FROM jsonb_each(p_input -> 'modules') AS m (module, figures)
    ORDER BY (m.figures ->> 'sessions')::integer DESC, m.module COLLATE "C"
    LIMIT 1;
    RETURN hg__ai_rules_finding(
        p_input,
        format(
            '%s and %s in all; %s tried, %s of them mastered. Most played: %s with %s.',
            hg__ai_rules_count(v_totals ->> 'sessions', 'session'),
            hg__ai_rules_count(v_totals ->> 'minutes', 'minute'),
            hg__ai_rules_count(v_totals ->> 'modules_tried', 'module'),
            v_totals ->> 'modules_mastered',
            v_most.module, hg__ai_rules_count(v_most.sessions, 'session')
        ),
        ARRAY[
            'totals.sessions', 'totals.minutes', 'totals.modules_tried',
            'totals.modules_mastered'
        ]
    );
END
$hg__ai_rules_cross_engagement$;

REVOKE ALL ON FUNCTION hg__ai_rules_cross_engagement FROM public;
