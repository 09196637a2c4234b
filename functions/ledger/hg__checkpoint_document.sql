-- The document that folding from a checkpoint begins with; NULL without a checkpoint.
-- Writes: nothing. Calls: hg__skeleton. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__checkpoint_document(p_checkpoint hg_ledger) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__checkpoint_document$
BEGIN
    RETURN coalesce(
        p_checkpoint.document, hg__skeleton(p_checkpoint.rules_version, p_checkpoint.user_grade)
    );
END
$hg__checkpoint_document$;

REVOKE ALL ON FUNCTION hg__checkpoint_document FROM public;
