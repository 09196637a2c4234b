-- The difficulty that subject_mastery gives modules of many learners, as verify reads it: of the
-- newest row with 2 to 5. "learner" is the place in p_sources (from 1).
-- Writes: nothing. Calls: hg__legacy_seen_number, hg__legacy_seen_instant. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_difficulties(
    p_sources jsonb[]
) RETURNS TABLE (learner bigint, module text, difficulty integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_difficulties$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT DISTINCT ON (d.learner, d.module) d.learner, d.module, trunc(d.level)::integer
    FROM (
        SELECT s.learner, m.module, r.item, hg__legacy_seen_number(r.item -> 'difficulty_level')
            AS level
        FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
        CROSS JOIN LATERAL
            jsonb_array_elements(coalesce(s.source #> '{tables,subject_mastery}', '[]')) AS r (item)
        INNER JOIN (
            VALUES
            ('addition', 'addition_facts'), ('subtraction', 'subtraction_facts'),
            ('multiplication', 'multiplication_facts'), ('division', 'division_facts'),
            ('fractions', 'fractions_puzzle'), ('decimals', 'decimal_defender'),
            ('ratios', 'ratios_proportions'), ('measurement', 'measurement'),
            ('algebra', 'algebra')
        ) AS m (subject, module)
            ON m.subject = r.item ->> 'subject'
    ) AS d
    WHERE d.level BETWEEN 2 AND 5
    ORDER BY
        d.learner, d.module,
        hg__legacy_seen_instant(d.item -> 'last_practiced') DESC NULLS LAST,
        coalesce(trunc(hg__legacy_seen_number(d.item -> 'id')), 0) DESC, d.item -> 'id';
END
$hg__legacy_seen_difficulties$;

REVOKE ALL ON FUNCTION hg__legacy_seen_difficulties FROM public;
