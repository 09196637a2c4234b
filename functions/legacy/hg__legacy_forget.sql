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
    DELETE FROM hg_legacy_quarantine AS q
    WHERE q.user_id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id));
    DELETE FROM hg_ledger AS l
    WHERE l.user_id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id))
    AND l.kind = 'import';
END
$hg__legacy_forget$;

REVOKE ALL ON FUNCTION hg__legacy_forget FROM public;
