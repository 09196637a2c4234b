-- The three keys of the cross-module section that follow from the counters.
-- Writes: nothing. Calls: hg__transition_rates, hg__learning_sequence, hg__concept_mastery.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_derived(p_modules jsonb, p_pairs jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_derived$
BEGIN
    RETURN jsonb_build_object(
        'module_transition_success_rate', hg__transition_rates(p_pairs),
        'preferred_learning_sequence', hg__learning_sequence(p_modules, p_pairs),
        'cross_concept_mastery', hg__concept_mastery(p_modules)
    );
END
$hg__cross_derived$;

REVOKE ALL ON FUNCTION hg__cross_derived FROM public;
