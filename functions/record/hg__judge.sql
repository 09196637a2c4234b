-- The verdicts on a new activity, made once and stored with it: when it occurred and when it was
-- recorded, whether the caller's clock was ahead, whether it is too late, by which rules.
-- p_entry.occurred_at is what the caller said; NULL: p_now.
-- Writes: nothing. Calls: hg__clock_ahead, hg__too_late. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__judge(
    p_entry hg_ledger, p_rules hg_rules, p_now timestamptz
) RETURNS hg_ledger
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__judge$
BEGIN
    p_entry.rules_version := p_rules.rules_version;
    p_entry.recorded_at := p_now;
    p_entry.clock_ahead := hg__clock_ahead(p_entry.occurred_at, p_now);
    IF p_entry.clock_ahead OR p_entry.occurred_at IS NULL THEN
        p_entry.occurred_at := p_now;
    END IF;
    p_entry.too_late := hg__too_late(p_entry.occurred_at, p_now, p_rules);
    RETURN p_entry;
END
$hg__judge$;

REVOKE ALL ON FUNCTION hg__judge FROM public;
