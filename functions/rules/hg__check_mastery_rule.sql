-- Whether a mastery rule is one form, known, with exactly its parameters; all and any hold rules
-- themselves, at most five deep.
-- Writes: nothing. Calls: itself, hg__check_failed, hg__check_mastery_form. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_mastery_rule(
    p_rule jsonb, p_module hg_modules, p_path text, p_depth integer
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_mastery_rule$
DECLARE
    c_what CONSTANT text := 'hg_modules.mastery_rule';
    v_form text;
    v_parts jsonb;
BEGIN
    IF p_rule IS NULL THEN
        RETURN;
    ELSIF p_depth > 5 OR octet_length(p_rule::text) > 16384 THEN
        PERFORM hg__check_failed(
            c_what, p_path, p_rule::text, 'rules nested at most 5 deep, of at most 16 kB'
        );
    END IF;
    IF jsonb_typeof(p_rule) = 'object' THEN
        v_form := (
            SELECT min(k.form) FROM jsonb_object_keys(p_rule) AS k (form) HAVING count(*) = 1
        );
    END IF;
    IF (v_form = ANY (ARRAY[
        'accuracy', 'top_level', 'list_complete', 'in_a_row', 'm_of_n', 'score', 'jsonpath',
        'all', 'any'
    ])) IS NOT TRUE THEN
        PERFORM hg__check_failed(
            c_what, p_path, p_rule::text,
            'an object of one form: accuracy, top_level, list_complete, in_a_row, m_of_n, score, '
            'jsonpath, all or any'
        );
    END IF;

    v_parts := p_rule -> v_form;
    p_path := p_path || '.' || v_form;
    IF v_form NOT IN ('all', 'any') THEN
        PERFORM hg__check_mastery_form(v_form, v_parts, p_module, p_path);
        RETURN;
    END IF;
    IF jsonb_typeof(v_parts) <> 'array' OR jsonb_array_length(v_parts) NOT BETWEEN 1 AND 16 THEN
        PERFORM hg__check_failed(c_what, p_path, v_parts::text, 'a list of 1 to 16 rules');
    END IF;
    FOR v_place IN 0 .. jsonb_array_length(v_parts) - 1 LOOP
        PERFORM hg__check_mastery_rule(
            v_parts -> v_place, p_module, format('%s[%s]', p_path, v_place), p_depth + 1
        );
    END LOOP;
END
$hg__check_mastery_rule$;

REVOKE ALL ON FUNCTION hg__check_mastery_rule FROM public;
