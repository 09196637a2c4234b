-- The keys of a section of the document that this product knows.
-- Writes: nothing. Calls: hg__document_keys. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__known_keys(p_section text) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__known_keys$
BEGIN
    RETURN ARRAY(SELECT k.key FROM hg__document_keys() AS k WHERE k.section = p_section);
END
$hg__known_keys$;

REVOKE ALL ON FUNCTION hg__known_keys FROM public;
