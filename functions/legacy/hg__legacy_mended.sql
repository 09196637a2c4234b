-- An object of an old document with all that the import reads of it as it should be, and the
-- archive rows of what was mended; p_sections names the keys (hg__legacy_keys). A value that cannot
-- be read becomes null. p_path NULL: the object holds the columns of users.
-- Writes: nothing. Calls: hg__legacy_keys, hg__legacy_mended_value, hg__legacy_entry,
-- hg__legacy_repair. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_mended(
    p_object jsonb, p_sections text[], p_user_id text, p_path text, p_rules hg_rules,
    OUT o_object jsonb, OUT o_repairs jsonb[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mended$
BEGIN
    SELECT
        p_object || coalesce(jsonb_object_agg(m.key, m.o_value), '{}'),
        array_agg(
            CASE
                WHEN p_path IS NULL
                    THEN hg__legacy_entry(
                        'users.' || m.key, p_user_id, m.o_repair, p_object -> m.key
                    )
                ELSE hg__legacy_repair(
                    p_user_id, m.o_repair, concat_ws('.', nullif(p_path, ''), m.key),
                    p_object -> m.key
                )
            END
        )
        -- A column may be of type text: then every number in it is one.
        FILTER (WHERE m.o_repair <> 'text' OR m.o_repair IS NOT NULL AND p_path IS NOT NULL)
    INTO o_object, o_repairs
    FROM (
        SELECT
            n.key,
            v.o_value,
            v.o_repair
        FROM hg__legacy_keys() AS k
        CROSS JOIN unnest(k.keys) AS n (key)
        CROSS JOIN LATERAL hg__legacy_mended_value(
            p_object -> n.key,
            k.kind,
            CASE k.kind WHEN 'grade' THEN coalesce(p_rules.grade_bottom, 0) ELSE k.lowest END,
            CASE k.kind WHEN 'grade' THEN coalesce(p_rules.grade_top, k.highest) ELSE k.highest END
        ) AS v
        WHERE k.section = ANY (p_sections)
        -- What is missing or plainly a number within its range needs no look.
        AND p_object ->> n.key IS NOT NULL
        AND NOT (
            k.kind = 'number' AND jsonb_typeof(p_object -> n.key) = 'number'
            AND CASE
                WHEN p_object ->> n.key ~ '^[0-9]{1,9}$'
                    THEN (p_object ->> n.key)::integer BETWEEN k.lowest AND k.highest
                ELSE false
            END
        )
    ) AS m;
END
$hg__legacy_mended$;

REVOKE ALL ON FUNCTION hg__legacy_mended FROM public;
