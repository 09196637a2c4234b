-- What is wrong with a document, as 'path: problem', e.g. 'global_stats.tokens: must be an integer
-- from 0 to 2147483647'; NULL: it is well-formed. Keys that are not ours are not looked at.
-- Never raises, whatever it is given.
-- Writes: nothing. Calls: hg__shape_problem. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__document_problem(p_document jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__document_problem$
BEGIN
    IF coalesce(jsonb_typeof(p_document), 'null') <> 'object' THEN
        RETURN 'hidden_grade_asset: must be an object';
    ELSIF octet_length(p_document::text) > 65536 THEN
        RETURN 'hidden_grade_asset: must not be larger than 65536 bytes as text';
    END IF;

    RETURN hg__shape_problem(p_document);
END
$hg__document_problem$;

REVOKE ALL ON FUNCTION hg__document_problem FROM public;
