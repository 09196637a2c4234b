-- The analysis across modules: its strengths and weaknesses are the pairs of modules that help and
-- hinder, then the concepts of several modules that go well and badly.
-- Writes: nothing. Calls: hg__ai_rules_pairs, hg__ai_rules_bridges, hg__ai_rules_lift,
-- hg__ai_rules_correct, hg__ai_rules_next, hg__ai_rules_cross_patterns,
-- hg__ai_rules_cross_engagement. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_cross(p_input jsonb, p_most integer) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_cross$
DECLARE
    v_pairs jsonb := p_input -> 'pairs';
    v_bridges jsonb := p_input -> 'bridge_concepts';
    v_helps text[] := hg__ai_rules_pairs(v_pairs, 'helps');
    v_hinders text[] := hg__ai_rules_pairs(v_pairs, 'hinders');
    v_weak text[] := hg__ai_rules_bridges(v_bridges, 'weak');
BEGIN
    RETURN jsonb_build_object(
        'learning_patterns', hg__ai_rules_cross_patterns(p_input),
        'engagement_analysis', hg__ai_rules_cross_engagement(p_input),
        'strengths', (v_helps || hg__ai_rules_bridges(v_bridges, 'strong'))[:p_most],
        'weaknesses', (v_hinders || v_weak)[:p_most],
        'areas_for_improvement', (
            ARRAY(
                SELECT hg__ai_rules_lift(p.pair, v_pairs -> p.pair) || '.'
                FROM unnest(v_hinders) WITH ORDINALITY AS p (pair, place)
                ORDER BY p.place
            ) || ARRAY(
                SELECT format(
                    '%s, in %s, is weak: %s correct.', c.concept,
                    (
                        SELECT string_agg(m.module, ' and ' ORDER BY m.place)
                        FROM jsonb_array_elements_text(
                            v_bridges -> c.concept -> 'modules'
                        ) WITH ORDINALITY AS m (module, place)
                        WHERE m.place <= 2
                    ),
                    hg__ai_rules_correct(v_bridges -> c.concept)
                )
                FROM unnest(v_weak) WITH ORDINALITY AS c (concept, place)
                ORDER BY c.place
            )
        )[:p_most],
        'suggested_activities', (array_remove(ARRAY[hg__ai_rules_next(p_input)], NULL) || ARRAY(
            SELECT 'Play ' || replace(p.pair, '>', ', then ') || ': '
                || hg__ai_rules_lift(p.pair, v_pairs -> p.pair) || '.'
            FROM unnest(v_helps) WITH ORDINALITY AS p (pair, place)
            ORDER BY p.place
        ))[:p_most]
    );
END
$hg__ai_rules_cross$;

REVOKE ALL ON FUNCTION hg__ai_rules_cross FROM public;
