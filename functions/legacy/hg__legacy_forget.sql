-- Lets go of what this run of the import (since p_since) stored of some learners; what an earlier
-- run archived stays. p_rebuilt: they are there and built anew. Where their columns were made equal
-- to an earlier document meanwhile, what was archived of those columns stays, too.
-- Writes: hg_legacy_archive, hg_legacy_quarantine, hg_ledger. Calls: hg__legacy_user_id.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_forget(
    p_ids text[], p_rebuilt boolean, p_since timestamptz
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_forget$
DECLARE
    v_id text;
    v_user_id users.id%TYPE;
BEGIN
    IF p_rebuilt THEN
        UPDATE hg_legacy_archive AS a SET reason = 'earlier'
        WHERE a.user_id IN (
            SELECT e.user_id FROM hg_legacy_archive AS e
            WHERE e.user_id = ANY (p_ids) AND e.reason = 'equalised' AND e.archived_at >= p_since
        )
        AND a.archived_at >= p_since
        AND a.source LIKE 'users.%' AND a.source <> 'users.hidden_grade_asset';
    END IF;
    DELETE FROM hg_legacy_archive AS a
    WHERE a.user_id = ANY (p_ids) AND a.archived_at >= p_since
    AND NOT (p_rebuilt AND a.reason = 'earlier');
    -- One by one, by their keys: of a list the planner may think that it is better found by reading
    -- the whole ledger, which grows with every step.
    FOREACH v_id IN ARRAY p_ids LOOP
        v_user_id := hg__legacy_user_id(v_id);
        DELETE FROM hg_legacy_quarantine AS q WHERE q.user_id = v_user_id;
        DELETE FROM hg_ledger AS l WHERE l.user_id = v_user_id AND l.kind = 'import';
    END LOOP;
END
$hg__legacy_forget$;

REVOKE ALL ON FUNCTION hg__legacy_forget FROM public;
