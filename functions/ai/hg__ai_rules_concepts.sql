-- The concepts of an input that are strong (the strongest first), weak (the weakest first) or on
-- the way between them. With fewer than ten questions one is none of these, and one that counts as
-- mastered is never weak. No concept is in two of them.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_concepts(
    p_concepts jsonb, p_kind text, p_most integer
) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_concepts$
BEGIN
    RETURN ARRAY(
        SELECT c.concept
        FROM jsonb_each(p_concepts) AS c (concept, figures)
        CROSS JOIN LATERAL jsonb_to_record(c.figures) AS f (
            questions numeric, strength integer, mastered boolean
        )
        WHERE f.questions >= 10 AND p_kind = CASE
            WHEN f.strength >= 65 THEN 'strong'
            WHEN f.mastered THEN 'kept'
            WHEN f.strength < 50 THEN 'weak'
            ELSE 'on the way'
        END
        ORDER BY
            CASE p_kind WHEN 'strong' THEN -f.strength ELSE f.strength END,
            f.questions DESC, c.concept COLLATE "C"
        LIMIT p_most
    );
END
$hg__ai_rules_concepts$;

REVOKE ALL ON FUNCTION hg__ai_rules_concepts FROM public;
