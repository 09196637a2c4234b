-- How a module goes after another one, in words: algebra goes better after measurement, lift 0.12
-- (0.04 to 0.2). NULL of no pair.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_rules_lift(p_pair text, p_figures jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_rules_lift$
BEGIN
    RETURN split_part(p_pair, '>', 2)
        || CASE p_figures ->> 'pattern' WHEN 'helps' THEN ' goes better' ELSE ' goes worse' END
        || ' after ' || split_part(p_pair, '>', 1) || ', lift ' || (p_figures ->> 'lift')
        || ' (' || (p_figures ->> 'lift_low') || ' to ' || (p_figures ->> 'lift_high') || ')';
END
$hg__ai_rules_lift$;

REVOKE ALL ON FUNCTION hg__ai_rules_lift FROM public;
