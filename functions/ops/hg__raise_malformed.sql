-- LG422 for a document, with the first path that is wrong.
-- Writes: nothing. Calls: hg__document_problem. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__raise_malformed(p_document jsonb) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__raise_malformed$
BEGIN
    RAISE EXCEPTION 'malformed document' USING
        ERRCODE = 'LG422',
        DETAIL = coalesce(hg__document_problem(p_document), 'It is null.'),
        HINT = 'Documents are written by hg_record_activity and the other hg_ functions; compare '
            'users.hidden_grade_asset with the ledger before mending it.';
END
$hg__raise_malformed$;

REVOKE ALL ON FUNCTION hg__raise_malformed FROM public;
