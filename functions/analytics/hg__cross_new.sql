-- How well a module not tried yet would go on from those that were, the least first: one that
-- teaches a concept of theirs before all others, then by difficulty; and that in words.
-- Writes: nothing. Calls: hg__cross_figure. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_new(
    p_module text, p_difficulty smallint, p_modules jsonb, OUT o_place integer, OUT o_because text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_new$
DECLARE
    v_shared record;
BEGIN
    SELECT btrim(n.concept) AS concept, count(DISTINCT t.module) AS modules
    INTO v_shared
    FROM hg_modules AS m
    CROSS JOIN LATERAL string_to_table(m.concepts, ',') AS n (concept)
    INNER JOIN hg_modules AS t
        ON hg__cross_figure(p_modules -> t.module -> 'progress', 'sessions_completed') > 0
    CROSS JOIN LATERAL string_to_table(t.concepts, ',') AS k (concept)
    WHERE m.module = p_module AND btrim(n.concept) = btrim(k.concept) AND btrim(n.concept) <> ''
    GROUP BY btrim(n.concept)
    ORDER BY count(DISTINCT t.module) DESC, btrim(n.concept) COLLATE "C"
    LIMIT 1;

    o_place := p_difficulty + CASE WHEN v_shared.concept IS NULL THEN 100 ELSE 0 END;
    o_because := format('Not tried yet; difficulty %s of 5', p_difficulty) || CASE
        WHEN v_shared.concept IS NULL THEN '.'
        ELSE format(
            '; teaches %s, like %s of the tried modules.', v_shared.concept, v_shared.modules
        )
    END;
END
$hg__cross_new$;

REVOKE ALL ON FUNCTION hg__cross_new FROM public;
