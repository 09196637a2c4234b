-- Whether the expression of a jsonpath rule is a predicate that no block can make fail: it parses,
-- it is a condition, it knows its variables, and it uses no date methods, whose errors depend on
-- the data (instants in documents compare as text).
-- Writes: nothing. Calls: hg__check_failed, hg__start_block. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_predicate(
    p_expr jsonb, p_module hg_modules, p_path text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_predicate$
DECLARE
    -- As PostgreSQL prints paths: a name or a string in quotes, a variable with its dollar before.
    c_quoted CONSTANT text := '\$?"(?:[^"\\]|\\.)*"';
    v_expr text := p_expr #>> '{}';
    v_printed text;
    v_step text := 'it does not parse';
    v_problem text;
BEGIN
    IF jsonb_typeof(p_expr) <> 'string' OR length(v_expr) > 1000 THEN
        PERFORM hg__check_failed(
            'hg_modules.mastery_rule', p_path, p_expr::text, 'a string of at most 1000 characters'
        );
    END IF;

    BEGIN
        v_printed := v_expr::jsonpath::text;
        -- Only of a predicate can it be asked whether it is unknown.
        v_step := 'it is no condition';
        PERFORM format('(%s) is unknown', regexp_replace(v_printed, '^strict ', ''))::jsonpath;
        v_step := 'it cannot be evaluated';
        PERFORM jsonb_path_match(
            hg__start_block(jsonb_populate_record(NULL::hg_rules, to_jsonb(p_module)), NULL),
            v_expr::jsonpath, '{"top": 1, "up": 1, "size": 1}'
        );
    EXCEPTION
        WHEN syntax_error OR invalid_text_representation OR untranslatable_character
            OR invalid_regular_expression OR feature_not_supported
            OR numeric_value_out_of_range OR undefined_object
        THEN
            v_problem := format('%s (%s)', v_step, sqlerrm);
    END;

    IF v_problem IS NULL AND EXISTS (
        SELECT FROM regexp_matches(v_printed, c_quoted, 'g') AS q (found)
        WHERE q.found[1] LIKE '$%' AND q.found[1] NOT IN ('$"top"', '$"up"', '$"size"')
    ) THEN
        v_problem := 'it has another variable';
    ELSIF v_problem IS NULL AND regexp_replace(v_printed, c_quoted, '', 'g')
        ~ '\.(datetime|date|time|time_tz|timestamp|timestamp_tz)\('
    THEN
        v_problem := 'it has a date method';
    END IF;
    IF v_problem IS NOT NULL THEN
        PERFORM hg__check_failed(
            'hg_modules.mastery_rule', p_path, format('%s: %s', p_expr, v_problem),
            'a jsonpath predicate over the module''s block, such as $.progress.best_score >= 90, '
            'with no variables but $top, $up, $size and no date methods'
        );
    END IF;
END
$hg__check_predicate$;

REVOKE ALL ON FUNCTION hg__check_predicate FROM public;
