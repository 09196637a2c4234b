-- What is odd about the values of a document, as hg__legacy_plan_shapes names it: a close look,
-- with the eyes of the import, for documents in which a quick one saw something.
-- Writes: nothing. Calls: hg__object, hg__legacy_plan_module, hg__legacy_look, hg__legacy_plain,
-- hg__legacy_mended. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_odd(p_document jsonb, p_catalog jsonb) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET plan_cache_mode TO force_generic_plan
AS $hg__legacy_plan_odd$
BEGIN
    RETURN ARRAY(
        WITH block AS (
            SELECT
                m.value AS level,
                jsonb_populate_record(
                    NULL::hg_rules, p_catalog -> 'grades' -> n.module
                ) AS rules,
                CASE
                    WHEN p_catalog -> 'types' -> n.module = '[]' THEN '{counters,attempts}'
                    ELSE '{counters,attempts,rush attempts}'
                END::text[] AS sections
            FROM jsonb_each(hg__object(p_document -> 'modules')) AS m
            CROSS JOIN LATERAL (
                SELECT hg__legacy_plan_module(m.key, p_catalog) AS module OFFSET 0
            ) AS n
            CROSS JOIN LATERAL hg__legacy_look(
                hg__object(m.value), hg__object(m.value -> 'progress'),
                (p_catalog -> 'grades' -> n.module ->> 'grade_bottom')::integer,
                (p_catalog -> 'grades' -> n.module ->> 'grade_top')::integer, NULL
            ) AS l
            WHERE n.module IS NOT NULL AND jsonb_typeof(m.value) = 'object'
            AND (
                l.rest IS FALSE OR NOT hg__legacy_plain(l.numbers, l.flags, l.instants)
                OR jsonb_typeof(m.value -> 'progress' -> 'types_complete') <> 'array'
            )
        ), mended AS (
            SELECT r.o_repairs FROM hg__legacy_mended(
                hg__object(p_document -> 'global_stats'), '{global_stats,zone change}', '', '', NULL
            ) AS r
            UNION ALL
            SELECT r.o_repairs
            FROM block AS b
            CROSS JOIN LATERAL hg__legacy_mended(
                b.level, b.sections || '{block}'::text[], '', '', b.rules
            ) AS r
            UNION ALL
            SELECT r.o_repairs
            FROM block AS b
            CROSS JOIN LATERAL hg__legacy_mended(
                hg__object(b.level -> 'progress'), b.sections || '{progress}'::text[], '', '',
                b.rules
            ) AS r
        )

        SELECT DISTINCT s.shape
        FROM mended AS m
        CROSS JOIN unnest(m.o_repairs) AS e (entry)
        INNER JOIN (
            VALUES
            ('text', 'numbers_as_texts'), ('fraction', 'numbers_with_fractions'),
            ('negative', 'numbers_negative'), ('too_large', 'numbers_huge'),
            ('range', 'numbers_out_of_range'), ('unreadable', 'values_unreadable'),
            ('no_date', 'dates_unreadable')
        ) AS s (reason, shape)
            ON s.reason = split_part(e.entry ->> 'reason', ':', 1)
    );
END
$hg__legacy_plan_odd$;

REVOKE ALL ON FUNCTION hg__legacy_plan_odd FROM public;
