-- What several forms of mastery still lack: under "all" all that is missing, under "any" the
-- nearest ways (and those whose distance nobody can say), joined with "or".
-- Writes: nothing. Calls: hg__form_missing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__forms_missing(
    p_combined_by text, p_forms jsonb, p_rules hg_rules, p_block jsonb, p_user_grade smallint,
    OUT o_missing text[], OUT o_answers double precision
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__forms_missing$
BEGIN
    IF p_combined_by = 'all' THEN
        SELECT
            array_agg(t.missing ORDER BY f.place, t.place),
            CASE
                WHEN max(w.o_answers) = 'infinity' OR bool_and(w.o_answers IS NOT NULL)
                    THEN max(w.o_answers)
            END
        INTO o_missing, o_answers
        FROM jsonb_array_elements(p_forms) WITH ORDINALITY AS f (form, place)
        CROSS JOIN LATERAL hg__form_missing(f.form, p_rules, p_block, p_user_grade) AS w
        CROSS JOIN LATERAL unnest(w.o_missing) WITH ORDINALITY AS t (missing, place);
        RETURN;
    END IF;

    SELECT
        ARRAY[string_agg(array_to_string(w.o_missing, ' and '), ' or ' ORDER BY w.place)],
        min(w.o_answers)
    INTO o_missing, o_answers
    FROM (
        SELECT f.place, m.o_missing, m.o_answers, min(m.o_answers) OVER () AS nearest
        FROM jsonb_array_elements(p_forms) WITH ORDINALITY AS f (form, place)
        CROSS JOIN LATERAL hg__form_missing(f.form, p_rules, p_block, p_user_grade) AS m
    ) AS w
    WHERE (w.o_answers = w.nearest) IS NOT FALSE;
END
$hg__forms_missing$;

REVOKE ALL ON FUNCTION hg__forms_missing FROM public;
