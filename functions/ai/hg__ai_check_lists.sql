-- What is wrong with the lists of an answer that keeps the schema: too many entries, one twice, or
-- a strength that is a weakness too. NULL: nothing.
-- Writes: nothing. Calls: hg__ai_check_bounds, hg__ai_check_quote. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_lists(p_scope text, p_answer jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_lists$
DECLARE
    v_most record := hg__ai_check_bounds(p_scope);
    v_problem text;
BEGIN
    SELECT format(
        'schema: %s has %s entries, at most %s are allowed',
        array_to_string(l.path, '.'), jsonb_array_length(p_answer #> l.path), l.most
    )
    INTO v_problem
    FROM (
        VALUES
        (1, '{learning_patterns,figures}'::text[], v_most.o_figures),
        (2, '{engagement_analysis,figures}', v_most.o_figures),
        (3, '{strengths}', v_most.o_entries),
        (4, '{weaknesses}', v_most.o_entries),
        (5, '{areas_for_improvement}', v_most.o_entries),
        (6, '{suggested_activities}', v_most.o_entries)
    ) AS l (place, path, most)
    WHERE jsonb_array_length(p_answer #> l.path) > l.most
    ORDER BY l.place
    LIMIT 1;
    IF v_problem IS NOT NULL THEN
        RETURN v_problem;
    END IF;

    SELECT format(
        'name: %s[%s]: %s stands there already, or among the strengths',
        n.list, n.place - 1, hg__ai_check_quote(n.name)
    )
    INTO v_problem
    FROM (
        SELECT
            l.list, e.place, e.name,
            row_number() OVER (PARTITION BY e.name ORDER BY l.list, e.place) AS nth
        FROM (VALUES ('strengths'), ('weaknesses')) AS l (list)
        CROSS JOIN LATERAL
            jsonb_array_elements_text(p_answer -> l.list) WITH ORDINALITY AS e (name, place)
    ) AS n
    WHERE n.nth > 1
    ORDER BY n.list, n.place
    LIMIT 1;
    RETURN v_problem;
END
$hg__ai_check_lists$;

REVOKE ALL ON FUNCTION hg__ai_check_lists FROM public;
