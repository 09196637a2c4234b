-- The shapes of a document's modules (hg__legacy_plan_shapes). o_blocks: a hash of each module in
-- which something was counted, to tell identical ones. o_sums: tokens, questions, correct answers
-- of all modules. o_odd: a value is not as it should be, so a closer look is due.
-- Writes: nothing. Calls: hg__legacy_plan_module, hg__legacy_count, hg__object, hg__legacy_look,
-- hg__legacy_plain. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_blocks(
    p_modules jsonb, p_catalog jsonb,
    OUT o_shapes text[], OUT o_blocks bigint[], OUT o_sums bigint[], OUT o_odd boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET plan_cache_mode TO force_generic_plan
AS $hg__legacy_plan_blocks$
DECLARE
    c_counters CONSTANT text[] :=
        '{sessions_completed,total_questions_answered,correct_answers,tokens_earned}';
    v_names jsonb := p_catalog -> 'names';
    v_types jsonb := p_catalog -> 'types';
    v_grades jsonb := p_catalog -> 'grades';
    v_numbers text;
    v_flags text;
    v_instants text;
    v_rest boolean;
BEGIN
    SELECT
        array_remove(ARRAY[
            CASE WHEN bool_or(b.module <> b.name AND b.name ~ '^math.facts.')
                THEN 'math_facts_names' END,
            CASE WHEN bool_or(b.module <> b.name AND b.name !~ '^math.facts.')
                THEN 'other_old_names' END,
            CASE WHEN count(b.module) FILTER (WHERE b.kind = 'object')
                > count(DISTINCT b.module) FILTER (WHERE b.kind = 'object') THEN 'two_names' END,
            CASE WHEN bool_or(b.module IS NULL AND b.name = 'math_rush') THEN 'math_rush' END,
            CASE WHEN bool_or(b.module IS NULL AND b.name <> 'math_rush')
                THEN 'unknown_modules' END,
            CASE WHEN bool_or(b.module IS NOT NULL AND b.kind NOT IN ('object', 'null'))
                THEN 'blocks_no_object' END,
            CASE WHEN bool_or(
                b.module IS NOT NULL AND jsonb_typeof(b.level -> 'progress')
                NOT IN ('object', 'null')
            ) THEN 'progress_no_object' END,
            CASE WHEN bool_or(b.module IS NOT NULL AND b.level ?| c_counters AND (
                least(b.sessions_1, b.sessions_2) > 0 OR least(b.questions_1, b.questions_2) > 0
                OR least(b.correct_1, b.correct_2) > 0 OR least(b.tokens_1, b.tokens_2) > 0
            )) THEN 'counters_twice' END,
            CASE WHEN bool_or(b.grade_1 IS NOT NULL AND b.grade_2 IS NOT NULL)
                THEN 'two_grades' END,
            CASE WHEN bool_or(b.grade_1 <> b.grade_2) THEN 'grades_differ' END,
            CASE WHEN bool_or(
                b.types <> '[]' AND b.progress ?| '{good_attempt,bad_attempt}'
                AND b.progress ?| '{attempt_good,attempt_bad}'
            ) THEN 'good_attempt' END,
            CASE WHEN bool_or(b.mastery = 'string') THEN 'mastery_text' END,
            CASE WHEN bool_or(b.mastery IN ('number', 'object', 'array'))
                THEN 'mastery_other' END,
            CASE WHEN bool_or(jsonb_typeof(b.concepts) = 'array' AND b.concepts <> '[]')
                THEN 'concepts_array' END,
            CASE WHEN bool_or(
                b.concepts = '[]' OR jsonb_typeof(b.concepts) = 'string'
                AND btrim(b.concepts #>> '{}') = ''
            ) THEN 'concepts_empty' END,
            CASE WHEN bool_or(jsonb_typeof(b.concepts) IN ('number', 'object', 'boolean'))
                THEN 'concepts_other' END,
            CASE WHEN bool_or(
                jsonb_typeof(b.complete) = 'array' AND b.complete::text ~ U&'[\2010-\2015\2212]'
            ) THEN 'types_odd_dashes' END,
            CASE WHEN bool_or(b.odd_types[1]) THEN 'types_doubles' END,
            CASE WHEN bool_or(b.odd_types[2]) THEN 'types_unknown' END,
            CASE WHEN bool_or(jsonb_typeof(b.complete) NOT IN ('array', 'null'))
                THEN 'types_no_list' END
        ], NULL),
        array_agg(jsonb_hash_extended(b.level, hashtextextended(b.name, 0)))
        FILTER (WHERE greatest(
            b.sessions_1, b.sessions_2, b.questions_1, b.questions_2, b.correct_1, b.correct_2,
            b.tokens_1, b.tokens_2
        ) > 0),
        ARRAY[
            coalesce(sum(b.tokens_1::bigint + b.tokens_2), 0),
            coalesce(sum(b.questions_1::bigint + b.questions_2), 0),
            coalesce(sum(b.correct_1::bigint + b.correct_2), 0)
        ],
        string_agg(l.numbers, ','),
        string_agg(l.flags, ','),
        string_agg(l.instants, ','),
        bool_and(l.rest)
    INTO o_shapes, o_blocks, o_sums, v_numbers, v_flags, v_instants, v_rest
    FROM (
        SELECT
            n.*,
            v_types -> n.module AS types,
            (v_grades -> n.module ->> 'grade_bottom')::integer AS grade_bottom,
            (v_grades -> n.module ->> 'grade_top')::integer AS grade_top,
            nullif(n.level -> 'grade_level', 'null') AS grade_1,
            nullif(n.progress -> 'grade_level', 'null') AS grade_2,
            jsonb_typeof(n.progress -> 'mastery_level') AS mastery,
            n.progress -> 'concepts' AS concepts,
            n.progress -> 'types_complete' AS complete,
            CASE
                WHEN jsonb_typeof(n.progress -> 'types_complete') <> 'array'
                    OR n.module IS NULL OR starts_with(
                        (v_types -> n.module)::text,
                        rtrim((n.progress -> 'types_complete')::text, ']')
                    )
                    THEN NULL
                ELSE (
                    SELECT ARRAY[
                        count(t.name) > count(DISTINCT t.name),
                        bool_or(t.kind <> 'string' OR NOT v_types -> n.module ? t.name)
                    ]
                    FROM (
                        SELECT
                            jsonb_typeof(e.item) AS kind,
                            translate(
                                e.item #>> '{}', U&'\2010\2011\2012\2013\2014\2015\2212',
                                '-------'
                            ) AS name
                        FROM jsonb_array_elements(n.progress -> 'types_complete') AS e (item)
                    ) AS t
                )
            END AS odd_types,
            coalesce(hg__legacy_count(n.level -> 'sessions_completed'), 0) AS sessions_1,
            coalesce(hg__legacy_count(n.progress -> 'sessions_completed'), 0) AS sessions_2,
            coalesce(hg__legacy_count(n.level -> 'total_questions_answered'), 0) AS questions_1,
            coalesce(hg__legacy_count(n.progress -> 'total_questions_answered'), 0) AS questions_2,
            coalesce(hg__legacy_count(n.level -> 'correct_answers'), 0) AS correct_1,
            coalesce(hg__legacy_count(n.progress -> 'correct_answers'), 0) AS correct_2,
            coalesce(hg__legacy_count(n.level -> 'tokens_earned'), 0) AS tokens_1,
            coalesce(hg__legacy_count(n.progress -> 'tokens_earned'), 0) AS tokens_2
        FROM (
            SELECT
                m.key AS name,
                coalesce(
                    v_names ->> m.key, hg__legacy_plan_module(m.key, p_catalog)
                ) AS module,
                jsonb_typeof(m.value) AS kind,
                hg__object(m.value) AS level,
                hg__object(m.value -> 'progress') AS progress
            FROM jsonb_each(p_modules) AS m
            OFFSET 0
        ) AS n
        OFFSET 0
    ) AS b
    LEFT JOIN LATERAL hg__legacy_look(
        b.level, b.progress, b.grade_bottom, b.grade_top, NULL
    ) AS l ON b.module IS NOT NULL;
    o_odd := v_rest IS FALSE OR 'types_no_list' = ANY (o_shapes)
        OR NOT coalesce(hg__legacy_plain(v_numbers, v_flags, v_instants), true);
END
$hg__legacy_plan_blocks$;

REVOKE ALL ON FUNCTION hg__legacy_plan_blocks FROM public;
