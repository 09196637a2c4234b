-- Stores the documents of several learners, as hg__store_document does one: rows that hold user_id
-- and document.
-- Writes: users. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__store_documents(p_learners hg_ledger[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__store_documents$
DECLARE
    v_before text := coalesce(current_setting('hg.writing', true), '');
BEGIN
    PERFORM set_config('hg.writing', 'on', true);
    UPDATE users AS u
    SET hidden_grade_asset = d.document
    FROM unnest(p_learners) AS d
    WHERE u.id = d.user_id;
    PERFORM set_config('hg.writing', v_before, true);
END
$hg__store_documents$;

REVOKE ALL ON FUNCTION hg__store_documents FROM public;
