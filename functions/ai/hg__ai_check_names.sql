-- A regular expression for the names of an input: modules, concepts, pairs and the grade band, also
-- with blanks for underscores. What a text says in a name is no number, no markup and no claim.
-- Writes: nothing. Calls: hg__ai_schema_names. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_names(p_scope text, p_input jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_names$
DECLARE
    v_names record := hg__ai_schema_names(p_scope, p_input);
BEGIN
    RETURN (
        SELECT format('(?<![[:alnum:]_])(?:%s)(?![[:alnum:]_])', string_agg(
            DISTINCT regexp_replace(w.written, '([].[\\()*+?{}|^$-])', '\\\1', 'g'), '|'
        ))
        FROM unnest(
            v_names.o_modules || v_names.o_names || ARRAY[p_input ->> 'grade_band']
        ) AS n (name)
        CROSS JOIN LATERAL (VALUES (n.name), (translate(n.name, '_', ' '))) AS w (written)
        WHERE w.written <> ''
    );
END
$hg__ai_check_names$;

REVOKE ALL ON FUNCTION hg__ai_check_names FROM public;
