-- The complete fact types of an old block, dashes of any kind made hyphens, each once and in the
-- order of the module's list; and the archive rows of those that the list does not know.
-- Writes: nothing. Calls: hg__in_list_order, hg__legacy_repair. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_types(
    p_rules hg_rules, p_types jsonb, p_user_id text, p_path text,
    OUT o_types text[], OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_types$
BEGIN
    -- Most often they are the first ones of the list, in its order.
    o_types := p_rules.fact_types[1 : jsonb_array_length(p_types)];
    IF p_types = to_jsonb(o_types) THEN
        RETURN;
    END IF;

    SELECT
        hg__in_list_order(p_rules, coalesce(array_agg(t.name) FILTER (WHERE t.known), '{}')),
        array_agg(DISTINCT hg__legacy_repair(p_user_id, 'unknown_type', p_path, t.item))
        FILTER (WHERE NOT t.known)
    INTO o_types, o_repairs
    FROM (
        SELECT
            i.item,
            n.name,
            jsonb_typeof(i.item) = 'string' AND n.name = ANY (p_rules.fact_types) AS known
        FROM jsonb_array_elements(p_types) AS i (item)
        CROSS JOIN LATERAL (
            -- hyphen, non-breaking hyphen, figure dash, en dash, em dash, bar, minus sign
            SELECT translate(
                i.item #>> '{}', U&'\2010\2011\2012\2013\2014\2015\2212', '-------'
            )
        ) AS n (name)
    ) AS t;
END
$hg__legacy_types$;

REVOKE ALL ON FUNCTION hg__legacy_types FROM public;
