-- The first figure of an answer that is not what the input has at its path, as a problem; NULL:
-- all are. The answer keeps the schema.
-- Writes: nothing. Calls: hg__ai_schema_figures, hg__ai_check_forms, hg__ai_check_quote.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_figures(p_input jsonb, p_answer jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_figures$
BEGIN
    RETURN (
        SELECT format(
            'number: %s.figures[%s].value is %s, in the input %s is %s',
            s.section, e.place - 1, hg__ai_check_quote(e.figure ->> 'value'), f.name, f.figure
        )
        FROM (VALUES ('learning_patterns'), ('engagement_analysis')) AS s (section)
        CROSS JOIN LATERAL jsonb_array_elements(p_answer #> ARRAY[s.section, 'figures'])
            WITH ORDINALITY AS e (figure, place)
        JOIN hg__ai_schema_figures(p_input) AS f ON f.name = e.figure ->> 'name'
        CROSS JOIN LATERAL hg__ai_check_forms(f.path, f.figure) AS o
        WHERE (e.figure ->> 'value')::numeric NOT IN (
            f.figure, coalesce(o.o_percent, f.figure), coalesce(o.o_share, f.figure)
        )
        ORDER BY s.section DESC, e.place
        LIMIT 1
    );
END
$hg__ai_check_figures$;

REVOKE ALL ON FUNCTION hg__ai_check_figures FROM public;
