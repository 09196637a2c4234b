-- Old blocks, by the catalog's names, with all that the import reads of them as it should be, and
-- the archive rows of what was mended; those of other modules than p_modules are not looked at.
-- Most often one look tells that all of them are. p_names: module -> the name its block had, if it
-- was another one; p_more: module -> counters of its other blocks.
-- Writes: nothing. Calls: hg__legacy_look, hg__object, hg__legacy_plain, hg__legacy_sound_block.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_sound_blocks(
    p_blocks jsonb, p_names jsonb, p_more jsonb, p_modules text[], p_user_id text,
    p_rules_version integer, OUT o_blocks jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_sound_blocks$
DECLARE
    v_modules text[];
    v_numbers text[];
    v_flags text[];
    v_instants text[];
    v_rest boolean[];
    v_rules hg_rules;
    v_made record;
BEGIN
    o_blocks := p_blocks;
    SELECT
        array_agg(b.module), array_agg(l.numbers), array_agg(l.flags), array_agg(l.instants),
        array_agg(l.rest)
    INTO v_modules, v_numbers, v_flags, v_instants, v_rest
    FROM (
        SELECT
            r.module,
            r.grade_bottom,
            r.grade_top,
            r.fact_types,
            p_blocks -> r.module AS level,
            hg__object(p_blocks -> r.module -> 'progress') AS progress
        FROM hg_rules AS r
        WHERE
            r.rules_version = p_rules_version AND r.module = ANY (p_modules)
            AND p_blocks ? r.module
        OFFSET 0
    ) AS b
    CROSS JOIN LATERAL
        hg__legacy_look(b.level, b.progress, b.grade_bottom, b.grade_top, b.fact_types) AS l;
    IF p_more = '{}' AND false <> ALL (v_rest) AND hg__legacy_plain(
        array_to_string(v_numbers, ','), array_to_string(v_flags, ','),
        array_to_string(v_instants, ',')
    ) THEN
        RETURN;
    END IF;

    FOR v_block IN 1 .. coalesce(cardinality(v_modules), 0) LOOP
        IF NOT v_rest[v_block] OR p_more ? v_modules[v_block] OR NOT hg__legacy_plain(
            v_numbers[v_block], v_flags[v_block], v_instants[v_block]
        ) THEN
            SELECT r.* INTO v_rules FROM hg_rules AS r
            WHERE r.rules_version = p_rules_version AND r.module = v_modules[v_block];
            v_made := hg__legacy_sound_block(
                v_rules, p_blocks -> v_rules.module, p_more -> v_rules.module, p_user_id,
                'modules.' || coalesce(p_names ->> v_rules.module, v_rules.module)
            );
            o_blocks := o_blocks || jsonb_build_object(v_rules.module, v_made.o_block);
            o_repairs := o_repairs || v_made.o_repairs;
        END IF;
    END LOOP;
END
$hg__legacy_sound_blocks$;

REVOKE ALL ON FUNCTION hg__legacy_sound_blocks FROM public;
