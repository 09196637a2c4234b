-- Stores the ledger rows of activities, in their order. The caller holds the learners and has seen
-- that the ids are new.
-- Writes: hg_ledger. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__insert_activities(p_entries hg_ledger[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__insert_activities$
BEGIN
    INSERT INTO hg_ledger OVERRIDING USER VALUE SELECT e.* FROM unnest(p_entries) AS e;
END
$hg__insert_activities$;

REVOKE ALL ON FUNCTION hg__insert_activities FROM public;
