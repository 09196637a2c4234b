-- The step of the fold for every ledger row that is neither an activity nor a checkpoint.
-- Writes: nothing. Calls: hg__fold_balance, hg__fold_adjustment, hg__fold_time_zone,
-- hg__fold_module_change. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_entry(
    p_document jsonb, p_entry hg_ledger, p_rules hg_rules
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_entry$
BEGIN
    RETURN CASE
        WHEN p_entry.kind IN ('spend', 'grant') THEN hg__fold_balance(p_document, p_entry)
        WHEN p_entry.kind = 'adjustment' THEN hg__fold_adjustment(p_document, p_entry)
        WHEN p_entry.kind = 'time_zone' THEN hg__fold_time_zone(p_document, p_entry)
        WHEN p_entry.kind IN ('preferred_difficulty', 'mastery', 'reset', 'reevaluation')
            THEN hg__fold_module_change(p_document, p_entry, p_rules)
        -- A pause changes no document, the streak looks at the ledger; a reversal is what the fold
        -- leaves out.
        ELSE p_document
    END;
END
$hg__fold_entry$;

REVOKE ALL ON FUNCTION hg__fold_entry FROM public;
