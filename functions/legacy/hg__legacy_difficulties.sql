-- What subject_mastery says of preferred_difficulty: of each module the newest row with a level of
-- 2 to 5, an object, module -> [level, the row's place (from 1)]. 1 is the untouched default.
-- Writes: nothing. Calls: hg__legacy_array, hg__legacy_number, hg__legacy_instant, hg__legacy_id.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_difficulties(p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_difficulties$
DECLARE
    c_modules CONSTANT jsonb := '{
        "addition": "addition_facts", "subtraction": "subtraction_facts",
        "multiplication": "multiplication_facts", "division": "division_facts",
        "fractions": "fractions_puzzle", "decimals": "decimal_defender",
        "ratios": "ratios_proportions", "measurement": "measurement", "algebra": "algebra"
    }';
BEGIN
    IF coalesce(p_rows, '[]') = '[]' THEN
        RETURN '{}';
    END IF;
    RETURN (
        SELECT coalesce(
            jsonb_object_agg(d.module, jsonb_build_array(trunc(d.level), d.place)), '{}'
        )
        FROM (
            SELECT DISTINCT ON (s.module) s.module, s.level, s.place
            FROM (
                SELECT
                    c_modules ->> (e.item ->> 'subject') AS module,
                    hg__legacy_number(e.item -> 'difficulty_level') AS level,
                    e.item,
                    e.place
                FROM jsonb_array_elements(hg__legacy_array(p_rows)) WITH ORDINALITY
                AS e (item, place)
                OFFSET 0
            ) AS s
            WHERE s.module IS NOT NULL AND s.level BETWEEN 2 AND 5
            ORDER BY
                s.module, hg__legacy_instant(s.item -> 'last_practiced') DESC NULLS LAST,
                hg__legacy_id(s.item) DESC, s.place
        ) AS d
    );
END
$hg__legacy_difficulties$;

REVOKE ALL ON FUNCTION hg__legacy_difficulties FROM public;
