-- The three keys of the cross-module section that follow from the counters.
-- Writes: nothing. Calls: hg__cross_text. Raises: nothing for a well-formed document.
CREATE OR REPLACE FUNCTION hg__cross_derived(p_modules jsonb, p_pairs jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN hg__cross_text(p_modules, p_pairs, false)::jsonb;

REVOKE ALL ON FUNCTION hg__cross_derived FROM public;
