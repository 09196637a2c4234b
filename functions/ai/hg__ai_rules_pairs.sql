-- The pairs of an input with a pattern, the clearest first.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_pairs(p_pairs jsonb, p_pattern text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_pairs$
BEGIN
    RETURN ARRAY(
        SELECT p.pair
        FROM jsonb_each(p_pairs) AS p (pair, figures)
        WHERE p.figures ->> 'pattern' = p_pattern
        ORDER BY abs((p.figures ->> 'lift')::numeric) DESC, p.pair COLLATE "C"
    );
END
$hg__ai_rules_pairs$;

REVOKE ALL ON FUNCTION hg__ai_rules_pairs FROM public;
