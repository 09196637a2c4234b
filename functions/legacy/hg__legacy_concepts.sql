-- The concepts of a block: the old document's, if it names any, else the catalog's. They are most
-- often the catalog's as an array.
-- Writes: nothing. Calls: hg__legacy_joined. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_concepts(p_stored jsonb, p_concepts text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN
        p_stored IS NULL OR p_stored IN ('null', '""', '[]')
        OR p_stored = to_jsonb(string_to_array(p_concepts, ', '))
        THEN p_concepts
    ELSE coalesce(hg__legacy_joined(p_stored), p_concepts)
END;

REVOKE ALL ON FUNCTION hg__legacy_concepts FROM public;
