-- Whether the lists of a catalog row are in their domains. Their bounds keep a document of all
-- modules, every type complete, below its own.
-- Writes: nothing. Calls: hg__check_failed, hg__check_list. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_module_lists(p_module hg_modules) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_module_lists$
DECLARE
    c_line CONSTANT text := '^[^[:cntrl:][:space:]]([^[:cntrl:]]*[^[:cntrl:][:space:]])?$';
    v_place integer;
BEGIN
    PERFORM hg__check_list(
        'fact_types', p_module.fact_types, 40, 60, c_line,
        'one line of text without blanks at its ends'
    );
    PERFORM hg__check_list(
        'auto_skip_types', p_module.auto_skip_types, 40, 60, c_line, 'entries of fact_types'
    );
    v_place := (
        SELECT min(s.place)
        FROM unnest(p_module.auto_skip_types) WITH ORDINALITY AS s (fact_type, place)
        WHERE s.fact_type <> ALL (p_module.fact_types)
    );
    IF v_place IS NOT NULL THEN
        PERFORM hg__check_failed(
            'hg_modules.auto_skip_types', format('auto_skip_types[%s]', v_place),
            to_json(p_module.auto_skip_types[v_place])::text, 'entries of fact_types'
        );
    END IF;
    PERFORM hg__check_list(
        'aliases', p_module.aliases, 20, 100, '^[^*[:cntrl:][:space:]]+\*?$',
        'no blanks, an asterisk only at the end'
    );
    PERFORM hg__check_list(
        'concepts', string_to_array(p_module.concepts, ', '), 10, 40,
        '^[^,[:cntrl:][:space:]]([^,[:cntrl:]]*[^,[:cntrl:][:space:]])?$',
        'written with a comma and a space between them, no other commas'
    );
END
$hg__check_module_lists$;

REVOKE ALL ON FUNCTION hg__check_module_lists FROM public;
