-- Whether a form of mastery has exactly its parameters, each in its domain, and whether the module
-- has what the form asks about.
-- Writes: nothing. Calls: hg__check_failed, hg__check_predicate. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_mastery_form(
    p_form text, p_parameters jsonb, p_module hg_modules, p_path text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_mastery_form$
DECLARE
    c_what CONSTANT text := 'hg_modules.mastery_rule';
    v_keys text[] := CASE p_form
        WHEN 'accuracy' THEN ARRAY['min_questions', 'percent']
        WHEN 'in_a_row' THEN ARRAY['n']
        WHEN 'm_of_n' THEN ARRAY['m', 'n']
        WHEN 'score' THEN ARRAY['percent']
        WHEN 'jsonpath' THEN ARRAY['expr']
        ELSE '{}'
    END;
    v_key text;
    v_highest integer;
BEGIN
    IF jsonb_typeof(p_parameters) <> 'object' OR NOT p_parameters ?& v_keys
        OR p_parameters - v_keys <> '{}'
    THEN
        PERFORM hg__check_failed(
            c_what, p_path, p_parameters::text,
            format('an object of exactly the keys {%s}', array_to_string(v_keys, ', '))
        );
    END IF;
    IF p_form = 'jsonpath' THEN
        PERFORM hg__check_predicate(p_parameters -> 'expr', p_module, p_path || '.expr');
        RETURN;
    END IF;

    FOREACH v_key IN ARRAY v_keys LOOP
        v_highest := CASE
            WHEN v_key = 'percent' THEN 100
            WHEN p_form = 'm_of_n' THEN 10
            ELSE 1000000
        END;
        IF jsonb_typeof(p_parameters -> v_key) <> 'number'
            OR p_parameters ->> v_key !~ '^\d+$'
            OR (p_parameters ->> v_key)::numeric NOT BETWEEN 1 AND v_highest
        THEN
            PERFORM hg__check_failed(
                c_what, p_path || '.' || v_key, (p_parameters -> v_key)::text,
                format('an integer from 1 to %s', v_highest)
            );
        END IF;
    END LOOP;

    IF p_form = 'm_of_n' AND p_parameters -> 'm' > p_parameters -> 'n' THEN
        PERFORM hg__check_failed(c_what, p_path || '.m', p_parameters ->> 'm', 'at most n');
    ELSIF p_form = 'top_level' AND num_nulls(p_module.grade_top, p_module.up_after) > 0 THEN
        PERFORM hg__check_failed(
            c_what, p_path, p_parameters::text, 'for modules with grade_top and up_after only'
        );
    ELSIF p_form = 'list_complete' AND cardinality(p_module.fact_types) = 0 THEN
        PERFORM hg__check_failed(
            c_what, p_path, p_parameters::text, 'for modules with fact_types only'
        );
    END IF;
END
$hg__check_mastery_form$;

REVOKE ALL ON FUNCTION hg__check_mastery_form FROM public;
