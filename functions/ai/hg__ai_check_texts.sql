-- The first thing that is wrong with the texts of an answer, as a problem; NULL: nothing. The
-- answer keeps the schema. Texts are read under the collation C: the same everywhere.
-- Writes: nothing. Calls: hg__ai_check_bounds, hg__ai_check_names, hg__ai_check_numbers,
-- hg__ai_check_plain, hg__ai_check_said. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_texts(p_scope text, p_input jsonb, p_answer jsonb)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_texts$
DECLARE
    v_most record := hg__ai_check_bounds(p_scope);
    v_names text := coalesce(hg__ai_check_names(p_scope, p_input), '$^');
    v_numbers record := hg__ai_check_numbers(p_input);
    v_text record;
    v_rest text;
    v_problem text;
BEGIN
    FOR v_text IN
        SELECT s.section || '.summary' AS path, p_answer #>> ARRAY[s.section, 'summary'] AS said,
            v_most.o_summary AS longest
        FROM (VALUES ('learning_patterns'), ('engagement_analysis')) AS s (section)
        UNION ALL
        SELECT format('%s[%s].%s', l.list, e.place - 1, l.key), e.entry ->> l.key, v_most.o_text
        FROM (
            VALUES ('areas_for_improvement', 'text'), ('suggested_activities', 'activity'),
            ('suggested_activities', 'reason')
        ) AS l (list, key)
        CROSS JOIN LATERAL
            jsonb_array_elements(p_answer -> l.list) WITH ORDINALITY AS e (entry, place)
    LOOP
        IF length(v_text.said) > v_text.longest THEN
            RETURN format(
                'text: %s has %s characters, at most %s are allowed',
                v_text.path, length(v_text.said), v_text.longest
            );
        ELSIF btrim(v_text.said) = '' THEN
            RETURN format('text: %s is empty', v_text.path);
        END IF;
        v_rest := regexp_replace(v_text.said COLLATE "C", v_names, ' ', 'gi');
        v_problem := coalesce(
            hg__ai_check_plain(v_text.path, v_rest),
            hg__ai_check_said(
                v_text.path, v_rest, v_numbers.o_numbers, v_numbers.o_percents
            )
        );
        EXIT WHEN v_problem IS NOT NULL;
    END LOOP;
    RETURN v_problem;
END
$hg__ai_check_texts$;

REVOKE ALL ON FUNCTION hg__ai_check_texts FROM public;
