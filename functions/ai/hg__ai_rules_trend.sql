-- Where the accuracy of a learner's recent sessions goes, in words.
-- Writes: nothing. Calls: hg__ai_rules_percent. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_trend(p_habits jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_trend$
BEGIN
    RETURN CASE p_habits ->> 'trend'
        WHEN 'unknown' THEN 'There is too little recent play to see a trend.'
        ELSE format(
            'Accuracy is %s: %s in the newer of the recent sessions, %s in the older ones.',
            CASE p_habits ->> 'trend'
                WHEN 'up' THEN 'going up' WHEN 'down' THEN 'going down' ELSE 'steady'
            END,
            hg__ai_rules_percent(p_habits ->> 'accuracy_recent'),
            hg__ai_rules_percent(p_habits ->> 'accuracy_before')
        )
    END;
END
$hg__ai_rules_trend$;

REVOKE ALL ON FUNCTION hg__ai_rules_trend FROM public;
