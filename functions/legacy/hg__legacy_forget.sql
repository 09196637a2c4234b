-- Lets go of what an earlier import stored of some learners. p_rebuilt: they are there and built
-- anew; the two columns that are computed may show our own values by now, so what was archived of
-- them before stays.
-- Writes: hg_legacy_archive, hg_legacy_quarantine, hg_ledger. Calls: hg__legacy_user_id.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_forget(p_ids text[], p_rebuilt boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_forget$
BEGIN
    DELETE FROM hg_legacy_archive AS a
    WHERE a.user_id = ANY (p_ids) AND a.reason <> 'orphan'
    AND NOT (p_rebuilt AND a.reason = 'computed');
    DELETE FROM hg_legacy_quarantine AS q
    WHERE q.user_id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id));
    DELETE FROM hg_ledger AS l
    WHERE l.user_id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id))
    AND l.kind = 'import';
END
$hg__legacy_forget$;

REVOKE ALL ON FUNCTION hg__legacy_forget FROM public;
