-- The strings of an old block's concepts, a string or an array, joined; commas separate within a
-- string, too. NULL: there are none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_joined(p_concepts jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_joined$
BEGIN
    RETURN (
        SELECT string_agg(btrim(n.concept), ', ' ORDER BY s.place, n.place)
        FROM jsonb_array_elements(
            CASE jsonb_typeof(p_concepts)
                WHEN 'array' THEN p_concepts
                ELSE jsonb_build_array(p_concepts)
            END
        ) WITH ORDINALITY AS s (concepts, place)
        CROSS JOIN LATERAL
            string_to_table(s.concepts #>> '{}', ',') WITH ORDINALITY AS n (concept, place)
        WHERE jsonb_typeof(s.concepts) = 'string' AND btrim(n.concept) <> ''
    );
END
$hg__legacy_joined$;

REVOKE ALL ON FUNCTION hg__legacy_joined FROM public;
