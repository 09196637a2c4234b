-- The new section across modules. The pairs are the document's where a rollback left it (p_ours)
-- and they are sound, else those of module_history; what is derived follows from the new blocks.
-- Writes: nothing. Calls: hg__legacy_mended, hg__object, hg__pairs_problem, hg__legacy_repair,
-- hg__legacy_section, hg__cross_derived. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_cross(
    p_cross jsonb, p_ours boolean, p_pairs jsonb, p_blocks jsonb, p_user_id text,
    OUT o_cross jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_cross$
DECLARE
    c_path CONSTANT text := 'cross_module_analytics';
    v_cross jsonb := p_cross;
    v_pairs jsonb := '{}';
    v_made record;
    v_section jsonb;
BEGIN
    IF jsonb_typeof(p_cross -> 'learning_patterns_between_modules') NOT IN ('object', 'null')
        OR jsonb_typeof(p_cross -> 'ai_analytics') NOT IN ('object', 'null')
    THEN
        v_made := hg__legacy_mended(
            p_cross, '{cross_module_analytics}', p_user_id, c_path, NULL
        );
        v_cross := v_made.o_object;
        o_repairs := v_made.o_repairs;
    END IF;
    IF v_cross -> 'ai_analytics' NOT IN ('null', '{}') THEN
        v_made := hg__legacy_section(
            v_cross -> 'ai_analytics', p_user_id, c_path || '.ai_analytics'
        );
        v_section := v_made.o_section;
        o_repairs := o_repairs || v_made.o_repairs;
    END IF;
    IF p_ours THEN
        v_pairs := hg__object(v_cross -> 'learning_patterns_between_modules');
        IF hg__pairs_problem(v_pairs) IS NOT NULL OR EXISTS (
            SELECT FROM jsonb_each(v_pairs) AS p
            WHERE p.value ->> 'count' = '0' OR NOT p_blocks ?& string_to_array(p.key, '>')
        ) THEN
            o_repairs := o_repairs || hg__legacy_repair(
                p_user_id, 'unreadable', c_path || '.learning_patterns_between_modules', v_pairs
            );
            v_pairs := '{}';
        END IF;
    END IF;
    v_pairs := coalesce(nullif(v_pairs, '{}'), p_pairs);

    o_cross := v_cross || hg__cross_derived(p_blocks, v_pairs) || jsonb_build_object(
        'learning_patterns_between_modules', v_pairs, 'ai_analytics', v_section
    );
END
$hg__legacy_cross$;

REVOKE ALL ON FUNCTION hg__legacy_cross FROM public;
