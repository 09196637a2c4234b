-- What is wrong with the module blocks of a document, as 'path: problem'; NULL: nothing.
-- Keys that are not ours are left alone: an entry that is neither in the catalog nor looks like a
-- block of ours, which readers of all blocks would look into.
-- Writes: nothing. Calls: hg__module_names, hg__is_block,
-- hg__block_problem. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__modules_problem(p_modules jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__modules_problem$
DECLARE
    v_names text[] := hg__module_names();
    v_problem text;
BEGIN
    SELECT w.problem
    INTO v_problem
    FROM jsonb_each(p_modules) AS b (module, block)
    CROSS JOIN LATERAL hg__block_problem('modules.' || b.module, b.block) AS w (problem)
    WHERE (
        hg__is_block(b.block)
        OR b.module = ANY (v_names)
    )
    AND w.problem IS NOT NULL
    LIMIT 1;

    RETURN v_problem;
END
$hg__modules_problem$;

REVOKE ALL ON FUNCTION hg__modules_problem FROM public;
