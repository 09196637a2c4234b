-- What is wrong with one object of a document, as 'path: problem'; NULL: nothing.
-- p_section names the keys it must have (hg__document_keys); NULL for p_object: nothing to look at.
-- Writes: nothing. Calls: hg__document_keys, hg__value_problem. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__section_problem(
    p_section text, p_path text, p_object jsonb
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__section_problem$
DECLARE
    v_problem text;
BEGIN
    IF p_object IS NULL THEN
        RETURN NULL;
    ELSIF jsonb_typeof(p_object) <> 'object' THEN
        RETURN p_path || ': must be an object';
    END IF;

    SELECT concat_ws('.', nullif(p_path, ''), k.key) || ': ' || w.problem
    INTO v_problem
    FROM hg__document_keys() AS k
    CROSS JOIN LATERAL hg__value_problem(
        p_object -> k.key, k.kind, k.nullable, k.lowest, k.highest
    ) AS w (problem)
    WHERE k.section = p_section AND w.problem IS NOT NULL
    LIMIT 1;

    RETURN v_problem;
END
$hg__section_problem$;

REVOKE ALL ON FUNCTION hg__section_problem FROM public;
