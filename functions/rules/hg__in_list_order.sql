-- The fact types given, each once, in the order of the module's list; types the list does not know
-- stand last.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__in_list_order(
    p_rules hg_rules, p_types text[]
) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__in_list_order$
BEGIN
    RETURN ARRAY(
        SELECT t.fact_type
        FROM unnest(p_types) AS t (fact_type)
        GROUP BY t.fact_type
        ORDER BY array_position(p_rules.fact_types, t.fact_type), t.fact_type COLLATE "C"
    );
END
$hg__in_list_order$;

REVOKE ALL ON FUNCTION hg__in_list_order FROM public;
