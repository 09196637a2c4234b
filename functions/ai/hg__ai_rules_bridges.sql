-- The bridge concepts of an input that go well (80 percent correct or more, the best first) or
-- badly (less than 60 percent, the worst first, mastered ones aside); of ten questions or more.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_bridges(p_bridges jsonb, p_kind text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_bridges$
BEGIN
    RETURN ARRAY(
        SELECT c.concept
        FROM jsonb_each(p_bridges) AS c (concept, figures)
        CROSS JOIN LATERAL jsonb_to_record(c.figures) AS f (
            questions numeric, accuracy numeric, mastered boolean
        )
        WHERE f.questions >= 10 AND CASE p_kind
            WHEN 'strong' THEN f.accuracy >= 0.8
            WHEN 'weak' THEN f.accuracy < 0.6 AND NOT f.mastered
        END
        ORDER BY
            CASE p_kind WHEN 'strong' THEN -f.accuracy ELSE f.accuracy END, c.concept COLLATE "C"
    );
END
$hg__ai_rules_bridges$;

REVOKE ALL ON FUNCTION hg__ai_rules_bridges FROM public;
