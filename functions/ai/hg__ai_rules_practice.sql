-- What to practise for the weak concepts, weakest first: of the tried modules that teach one, the
-- one with the least accuracy. A module is named for the first of its concepts only.
-- Writes: nothing. Calls: hg__ai_rules_concepts, hg__ai_rules_correct. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_practice(p_input jsonb, p_most integer) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_practice$
BEGIN
    RETURN ARRAY(
        SELECT format(
            'Practise %s in %s at difficulty %s: %s are correct so far.',
            w.concept, w.module, p_input #>> ARRAY['modules', w.module, 'preferred_difficulty'],
            hg__ai_rules_correct(p_input -> 'concepts' -> w.concept)
        )
        FROM (
            SELECT DISTINCT ON (t.module) c.concept, c.place, t.module
            FROM unnest(
                hg__ai_rules_concepts(p_input -> 'concepts', 'weak', p_most)
            ) WITH ORDINALITY AS c (concept, place)
            CROSS JOIN LATERAL (
                SELECT m.module
                FROM jsonb_each(p_input -> 'modules') AS m (module, figures)
                WHERE m.figures -> 'concepts' ? c.concept
                ORDER BY (m.figures ->> 'accuracy')::numeric, m.module COLLATE "C"
                LIMIT 1
            ) AS t
            ORDER BY t.module, c.place
        ) AS w
        ORDER BY w.place
    );
END
$hg__ai_rules_practice$;

REVOKE ALL ON FUNCTION hg__ai_rules_practice FROM public;
