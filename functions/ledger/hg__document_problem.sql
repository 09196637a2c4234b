-- What is wrong with a document, as 'path: problem', e.g. 'global_stats.tokens: must be an integer
-- from 0 to 2147483647'; NULL: it is well-formed. Keys that are not ours are not looked at.
-- Never raises, whatever it is given. p_limit: the size allowed, in bytes as text.
-- Writes: nothing. Calls: hg__shape_problem. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__document_problem(
    p_document jsonb, p_limit integer DEFAULT 65536
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__document_problem$
BEGIN
    IF coalesce(jsonb_typeof(p_document), 'null') <> 'object' THEN
        RETURN 'hidden_grade_asset: must be an object';
    ELSIF octet_length(p_document::text) > p_limit THEN
        RETURN format('hidden_grade_asset: must not be larger than %s bytes as text', p_limit);
    END IF;

    RETURN hg__shape_problem(p_document);
END
$hg__document_problem$;

REVOKE ALL ON FUNCTION hg__document_problem FROM public;
