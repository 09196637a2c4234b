-- The shapes of one document (hg__legacy_plan_shapes), which is p_json, the text of a json column,
-- or p_jsonb. o_blocks: a hash of each module that was used. o_stats: its global_stats.
-- Writes: nothing. Calls: hg__object, hg__legacy_plan_blocks, hg__legacy_plain,
-- hg__legacy_plan_odd. Raises: nothing.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__legacy_plan_document(
    p_json text, p_jsonb jsonb, p_catalog jsonb,
    OUT o_shapes text[], OUT o_blocks bigint[], OUT o_stats jsonb
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_document$
DECLARE
    v_document jsonb := p_jsonb;
    v_sections text[];
    v_made record;
BEGIN
    IF p_json IS NOT NULL THEN
        BEGIN
            v_document := p_json::jsonb;
        EXCEPTION
            WHEN data_exception OR program_limit_exceeded THEN
                o_shapes := '{unreadable}';
                RETURN;
        END;
    END IF;
    IF jsonb_typeof(v_document) = 'object' AND v_document <> '{}' THEN
        NULL;
    ELSE
        o_shapes := ARRAY[CASE
            WHEN v_document IS NULL THEN 'null'
            WHEN v_document = '{}' THEN 'empty_object'
            WHEN v_document = 'null' THEN 'json_null'
            ELSE jsonb_typeof(v_document)
        END];
        RETURN;
    END IF;

    o_stats := hg__object(v_document -> 'global_stats');
    v_sections := ARRAY[
        coalesce(jsonb_typeof(v_document -> 'global_stats'), 'null'),
        coalesce(jsonb_typeof(v_document -> 'ai_analytics'), 'null'),
        coalesce(jsonb_typeof(v_document -> 'cross_module_analytics'), 'null')
    ];
    v_made := hg__legacy_plan_blocks(hg__object(v_document -> 'modules'), p_catalog);
    o_blocks := v_made.o_blocks;
    o_shapes := v_made.o_shapes || array_remove(ARRAY[
        CASE WHEN (v_document -> 'version')::text = '1' THEN 'ours' END,
        CASE WHEN v_document ->> 'modules' IS NULL THEN 'without_modules' END,
        CASE WHEN 'null' = ANY (v_sections) THEN 'sections_missing' END,
        CASE
            WHEN jsonb_typeof(v_document -> 'modules') NOT IN ('object', 'null')
                OR NOT v_sections <@ ARRAY['object', 'null'] THEN 'sections_no_object'
        END,
        CASE
            WHEN v_document ?| '{concept_mastery,subject_mastery,user_progress}'
                THEN 'root_tables'
        END,
        CASE
            WHEN coalesce(o_stats ->> 'total_tokens_earned' <> v_made.o_sums[1]::text, false)
                OR coalesce(
                    o_stats ->> 'total_questions_answered' <> v_made.o_sums[2]::text, false
                )
                OR coalesce(o_stats ->> 'total_correct_answers' <> v_made.o_sums[3]::text, false)
                THEN 'totals_against_modules'
        END,
        CASE
            WHEN jsonb_path_exists(
                jsonb_path_query_array(v_document, '$.modules.*.ai_analytics')
                || jsonb_build_array(
                    v_document -> 'ai_analytics',
                    v_document -> 'cross_module_analytics' -> 'ai_analytics'
                ),
                '$[*] ? (@.type() == "object").keyvalue() ? (@.key == "learning_patterns"'
                ' || @.key == "engagement_analysis").value.**'
                ' ? (@.type() == "object").keyvalue().key ? (@ like_regex "[A-Z]")',
                silent => true
            )
                THEN 'camel_case'
        END
    ], NULL);
    IF v_made.o_odd OR NOT hg__legacy_plain(
        array_to_string(ARRAY(
            SELECT s.value::text
            FROM jsonb_each(o_stats) AS s
            WHERE s.key LIKE 'total%' OR s.key LIKE '%tokens%' OR s.key LIKE '%streak%'
            OR s.key LIKE 'daily%'
        ), ','),
        '',
        concat_ws(',', o_stats -> 'last_active', o_stats -> 'time_zone_next_from')
    ) OR num_nonnulls(
        o_stats ->> 'activity_date', o_stats ->> 'time_zone', o_stats ->> 'time_zone_next'
    ) > 0 THEN
        o_shapes := o_shapes || hg__legacy_plan_odd(v_document, p_catalog);
    END IF;
END
$hg__legacy_plan_document$;

REVOKE ALL ON FUNCTION hg__legacy_plan_document FROM public;
