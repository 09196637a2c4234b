-- Refuses a document that is malformed.
-- Writes: nothing. Calls: hg__document_problem, hg__raise_malformed. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__require_sound(p_document jsonb) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__require_sound$
BEGIN
    IF hg__document_problem(p_document) IS NOT NULL THEN
        PERFORM hg__raise_malformed(p_document);
    END IF;
END
$hg__require_sound$;

REVOKE ALL ON FUNCTION hg__require_sound FROM public;
