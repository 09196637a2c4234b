-- The fact types of a module's list that an old types_complete names, in the list's order, as
-- verify reads it: any dash in a name is the plain one.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_types(p_stored jsonb, p_fact_types text[]) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_seen_types$
BEGIN
    IF p_fact_types = '{}' OR jsonb_typeof(p_stored) IS DISTINCT FROM 'array' THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT f.name
        FROM unnest(p_fact_types) WITH ORDINALITY AS f (name, place)
        WHERE to_jsonb(f.name) IN (
            SELECT CASE
                WHEN jsonb_typeof(s.item) = 'string'
                    THEN to_jsonb(regexp_replace(
                        s.item #>> '{}', '[\u2010-\u2015\u2212]', '-', 'g'
                    ))
                ELSE s.item
            END
            FROM jsonb_array_elements(p_stored) AS s (item)
        )
        ORDER BY f.place
    );
END
$hg__legacy_seen_types$;

REVOKE ALL ON FUNCTION hg__legacy_seen_types FROM public;
