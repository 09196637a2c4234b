-- The old blocks by the catalog's names. Of several names of one module the catalog's own serves,
-- else the first in the alphabet; the other blocks give their event counters and are archived. What
-- is no object counts as missing. p_active are the active modules.
-- o_blocks: module -> block. o_names: module -> the name it had, if it was another one. o_more:
-- module -> counters of its other blocks. o_unknown: what the catalog does not know.
-- Writes: nothing. Calls: hg__legacy_names, hg__object, hg__legacy_other_block, hg__legacy_repair.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_renamed(
    p_modules jsonb, p_active text[], p_user_id text, p_rules_version integer,
    OUT o_blocks jsonb, OUT o_names jsonb, OUT o_more jsonb, OUT o_unknown jsonb,
    OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_renamed$
DECLARE
    v_known jsonb;
    v_other record;
    v_made record;
BEGIN
    o_more := '{}';
    IF p_modules - p_active = '{}'
        AND NOT jsonb_path_exists(p_modules, 'strict $.* ? (@.type() != "object")')
    THEN
        o_blocks := p_modules;
        o_names := '{}';
        o_unknown := '{}';
        RETURN;
    END IF;

    v_known := hg__legacy_names(
        ARRAY(SELECT k.name FROM jsonb_object_keys(p_modules) AS k (name)), p_active,
        p_rules_version
    );
    o_unknown := p_modules - ARRAY(SELECT k.name FROM jsonb_object_keys(v_known) AS k (name));
    o_repairs := ARRAY(
        SELECT hg__legacy_repair(p_user_id, 'no_object', 'modules.' || k.key, p_modules -> k.key)
        FROM jsonb_each(v_known) AS k
        WHERE jsonb_typeof(p_modules -> k.key) NOT IN ('object', 'null')
    );
    SELECT
        coalesce(jsonb_object_agg(b.module, p_modules -> b.name), '{}'),
        coalesce(jsonb_object_agg(b.module, b.name) FILTER (WHERE b.module <> b.name), '{}')
    INTO o_blocks, o_names
    FROM (
        SELECT DISTINCT ON (k.value) k.value AS module, k.key AS name
        FROM jsonb_each_text(v_known) AS k
        WHERE jsonb_typeof(p_modules -> k.key) = 'object'
        ORDER BY k.value, k.key <> k.value, k.key COLLATE "C"
    ) AS b;

    FOR v_other IN
        SELECT k.key AS name, k.value AS module
        FROM jsonb_each_text(v_known) AS k
        WHERE jsonb_typeof(p_modules -> k.key) = 'object'
        AND k.key <> coalesce(o_names ->> k.value, k.value)
    LOOP
        v_made := hg__legacy_other_block(
            p_modules -> v_other.name, o_more -> v_other.module, p_user_id,
            'modules.' || v_other.name
        );
        o_more := o_more || jsonb_build_object(v_other.module, v_made.o_counters);
        o_repairs := o_repairs || v_made.o_repairs;
    END LOOP;
END
$hg__legacy_renamed$;

REVOKE ALL ON FUNCTION hg__legacy_renamed FROM public;
