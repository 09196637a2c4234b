-- Refuses a document that the next step cannot read: a look at global_stats, at the pairs and at
-- the progress in the modules given. Quick; the whole of a document is the guard's to look at.
-- Writes: nothing. Calls: hg__stats_broken, hg__progress_broken, hg__raise_malformed. Raises:
-- LG422.
CREATE OR REPLACE FUNCTION hg__require_readable(
    p_document jsonb, p_modules text[]
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__require_readable$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_modules jsonb := p_document -> 'modules';
    v_broken boolean;
    v_module text;
BEGIN
    BEGIN
        v_broken := hg__stats_broken(v_stats)
            -- A number that is no integer shows only when it is read as one.
            OR jsonb_populate_record(NULL::hg_global_stats, v_stats) IS NULL
            OR jsonb_typeof(
                p_document -> 'cross_module_analytics' -> 'learning_patterns_between_modules'
            ) IS DISTINCT FROM 'object';
        FOREACH v_module IN ARRAY p_modules LOOP
            v_broken := v_broken OR hg__progress_broken(v_modules -> v_module -> 'progress')
                OR jsonb_populate_record(
                    NULL::hg_progress, v_modules -> v_module -> 'progress'
                ) IS NULL;
        END LOOP;
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
