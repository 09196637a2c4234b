-- learning_patterns across modules: the most frequent pair and the clearest patterns.
-- Writes: nothing. Calls: hg__ai_rules_pairs, hg__ai_rules_lift, hg__ai_rules_count,
-- hg__ai_rules_percent, hg__ai_rules_finding. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_cross_patterns(p_input jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_cross_patterns$
DECLARE
    v_pairs jsonb := p_input -> 'pairs';
    v_first text := (
        SELECT p.pair
        FROM jsonb_each(v_pairs) AS p (pair, figures)
        ORDER BY (p.figures ->> 'count')::integer DESC, p.pair COLLATE "C"
        LIMIT 1
    );
    v_helps text := (hg__ai_rules_pairs(v_pairs, 'helps'))[1];
    v_hinders text := (hg__ai_rules_pairs(v_pairs, 'hinders'))[1];
BEGIN
    RETURN hg__ai_rules_finding(
        p_input,
        coalesce(
            'Most often from ' || replace(v_first, '>', ' to ') || ': '
            || hg__ai_rules_count(v_pairs -> v_first ->> 'count', 'time') || ', '
            || hg__ai_rules_percent(v_pairs -> v_first ->> 'success_rate') || ' of them good. '
            || CASE
                WHEN v_helps IS NULL AND v_hinders IS NULL
                    THEN 'No way from one module to another makes a difference beyond chance.'
                ELSE concat_ws(
                    ' ',
                    hg__ai_rules_lift(v_helps, v_pairs -> v_helps) || '.',
                    hg__ai_rules_lift(v_hinders, v_pairs -> v_hinders) || '.'
                )
            END,
            'No way from one module to another is known yet.'
        ),
        ARRAY(
            SELECT format('pairs.%s.%s', p.pair, f.figure)
            FROM unnest(ARRAY[v_first, v_helps, v_hinders]) AS p (pair)
            CROSS JOIN unnest(ARRAY['count', 'success_rate', 'lift']) AS f (figure)
            WHERE p.pair IS NOT NULL
        )
    );
END
$hg__ai_rules_cross_patterns$;

REVOKE ALL ON FUNCTION hg__ai_rules_cross_patterns FROM public;
