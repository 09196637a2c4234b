-- Refuses a document whose global_stats, or progress in one module (NULL: none), cannot be read.
-- A quick look at what the next step needs; the whole document is the guard's to look at.
-- Writes: nothing. Calls: hg__stats_broken, hg__progress_broken, hg__raise_malformed. Raises:
-- LG422.
CREATE OR REPLACE FUNCTION hg__require_readable(p_document jsonb, p_module text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__require_readable$
DECLARE
    v_progress jsonb := p_document -> 'modules' -> p_module -> 'progress';
    v_broken boolean;
BEGIN
    BEGIN
        v_broken := hg__stats_broken(p_document -> 'global_stats')
            OR (p_module IS NOT NULL AND hg__progress_broken(v_progress))
            -- A number that is no integer shows only when it is read as one.
            OR jsonb_populate_record(
                NULL::hg_global_stats, p_document -> 'global_stats'
            ) IS NULL
            OR (p_module IS NOT NULL
                AND jsonb_populate_record(NULL::hg_progress, v_progress) IS NULL);
    EXCEPTION
        WHEN data_exception THEN
            v_broken := true;
    END;
    IF v_broken THEN
        PERFORM hg__raise_malformed(p_document);
    END IF;
END
$hg__require_readable$;

REVOKE ALL ON FUNCTION hg__require_readable FROM public;
