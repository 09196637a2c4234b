-- Stores an activity's ledger row. The caller holds the learner and has seen that its id is new.
-- Writes: hg_ledger. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__insert_activity(p_entry hg_ledger) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__insert_activity$
BEGIN
    INSERT INTO hg_ledger OVERRIDING USER VALUE VALUES ((p_entry).*);
END
$hg__insert_activity$;

REVOKE ALL ON FUNCTION hg__insert_activity FROM public;
