-- areas_for_improvement of a learner or of one module: accuracy that goes down, weak concepts, and
-- those on the way.
-- Writes: nothing. Calls: hg__ai_rules_concepts, hg__ai_rules_correct, hg__ai_rules_percent,
-- hg__ai_rules_trend. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_areas(p_input jsonb, p_most integer) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_areas$
DECLARE
    v_concepts jsonb := p_input -> 'concepts';
BEGIN
    RETURN ARRAY(
        SELECT a.area
        FROM (
            SELECT 0 AS kind, 0 AS place, hg__ai_rules_trend(p_input -> 'habits') AS area
            WHERE p_input #>> '{habits,trend}' = 'down'
            UNION ALL
            SELECT
                k.place,
                c.place,
                c.concept || CASE k.kind WHEN 'weak' THEN ' is weak: ' ELSE ' is on its way: ' END
                || hg__ai_rules_correct(v_concepts -> c.concept) || ' correct' || coalesce(
                    ', ' || hg__ai_rules_percent(v_concepts -> c.concept ->> 'consistency')
                    || ' of the latest results good', ''
                ) || '.'
            FROM unnest(ARRAY['weak', 'on the way']) WITH ORDINALITY AS k (kind, place)
            CROSS JOIN LATERAL unnest(
                hg__ai_rules_concepts(v_concepts, k.kind, p_most)
            ) WITH ORDINALITY AS c (concept, place)
        ) AS a
        ORDER BY a.kind, a.place
        LIMIT p_most
    );
END
$hg__ai_rules_areas$;

REVOKE ALL ON FUNCTION hg__ai_rules_areas FROM public;
