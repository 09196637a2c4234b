-- The import's whole decision on one learner: p_source is what hg__legacy_sources tells, p_at the
-- import's instant. The new document; the rows for hg_legacy_archive of all that was dropped,
-- merged or mended in the old one and the columns, an array of {source, source_id, row_data,
-- reason}, in which the old document as a whole has no row_data; and the places of the tables' rows
-- that something was taken from, for hg__legacy_row_entries.
-- Generic plans: with the arrays and the JSON of one learner in sight, every query below would be
-- planned anew for each learner, which takes longer than running it.
-- Writes: nothing. Calls: hg__object, hg__grade_number, hg__legacy_mended, hg__legacy_history,
-- hg__legacy_difficulties, hg__legacy_modules, hg__legacy_read_stats, hg__legacy_names,
-- hg__legacy_stats, hg__legacy_analytics, hg__legacy_cross, hg__legacy_entry,
-- hg__legacy_column_entries. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_build(
    p_source jsonb, p_at timestamptz, p_rules_version integer,
    OUT o_document jsonb, OUT o_archive jsonb, OUT o_merged jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET plan_cache_mode TO force_generic_plan
AS $hg__legacy_build$
DECLARE
    c_ours CONSTANT text[] := '{
        version,global_stats,modules,ai_analytics,cross_module_analytics,
        concept_mastery,subject_mastery,user_progress
    }'::text[];
    v_user jsonb := hg__object(p_source -> 'user');
    v_user_id text := v_user ->> 'id';
    v_old jsonb := hg__object(p_source -> 'document');
    v_stats jsonb := hg__object(v_old -> 'global_stats');
    v_ours boolean := coalesce((v_old -> 'version')::text = '1', false);  -- a rollback left it
    v_rules hg_rules;
    v_difficulties jsonb := hg__legacy_difficulties(p_source -> 'subject_mastery');
    v_history record;
    v_modules record;
    v_read record;
    v_made_stats record;
    v_analytics record;
    v_cross record;
    v_archive jsonb[];
BEGIN
    -- The settings and the active modules stand in every row of the version.
    SELECT r.* INTO v_rules FROM hg_rules AS r WHERE r.rules_version = p_rules_version LIMIT 1;
    IF p_source ? 'document' THEN
        v_archive := ARRAY[hg__legacy_entry(
            'users.hidden_grade_asset', v_user_id,
            CASE
                WHEN jsonb_typeof(p_source -> 'document') = 'object' THEN 'replaced'
                ELSE 'no_object'
            END,
            NULL
        )];
    END IF;
    IF 'object' <> ANY (ARRAY[
        jsonb_typeof(v_old -> 'global_stats'), jsonb_typeof(v_old -> 'modules'),
        jsonb_typeof(v_old -> 'ai_analytics'), jsonb_typeof(v_old -> 'cross_module_analytics')
    ]) THEN
        v_read := hg__legacy_mended(v_old, '{document}', v_user_id, '', NULL);
        v_archive := v_archive || v_read.o_repairs;
    END IF;

    v_history := hg__legacy_history(
        p_source -> 'module_history', v_rules.modules, p_rules_version
    );
    v_modules := hg__legacy_modules(
        hg__object(v_old -> 'modules'), v_ours, v_rules.modules, v_history.o_played,
        v_difficulties, v_user_id, hg__grade_number(v_user ->> 'grade'), p_at, p_rules_version
    );
    v_read := hg__legacy_read_stats(v_stats, v_user, v_ours, v_user_id);
    -- What a rollback left knows sessions that module_history does not.
    v_made_stats := hg__legacy_stats(
        v_read.o_stats, v_read.o_user, v_modules.o_blocks, v_modules.o_totals, v_history.o_last,
        coalesce(
            CASE
                WHEN v_ours AND jsonb_typeof(v_stats -> 'last_module') = 'string'
                    THEN hg__legacy_names(
                        ARRAY[v_stats ->> 'last_module'], v_rules.modules, p_rules_version
                    ) ->> (v_stats ->> 'last_module')
            END,
            v_history.o_last_module
        ),
        v_rules, v_user_id
    );
    v_analytics := hg__legacy_analytics(
        hg__object(v_old -> 'ai_analytics'), p_source -> 'ai_analytics', v_user_id
    );
    v_cross := hg__legacy_cross(
        hg__object(v_old -> 'cross_module_analytics'), v_ours, v_history.o_pairs,
        v_modules.o_blocks, v_user_id
    );

    -- What is ours goes first: then || need not copy it.
    o_document := (v_old - c_ours) || jsonb_build_object(
        'version', 1,
        'global_stats', v_made_stats.o_stats,
        'modules', v_modules.o_unknown || v_modules.o_blocks,
        'ai_analytics', v_analytics.o_section,
        'cross_module_analytics', v_cross.o_cross
    );
    o_archive := to_jsonb(
        v_archive || v_modules.o_repairs || v_read.o_repairs || v_made_stats.o_repairs
        || v_analytics.o_repairs || v_cross.o_repairs
        || hg__legacy_column_entries(
            v_user, v_made_stats.o_stats,
            ARRAY(SELECT r.entry ->> 'source' FROM unnest(v_read.o_repairs) AS r (entry)), v_user_id
        )
    );
    o_merged := jsonb_build_object(
        'subject_mastery', jsonb_path_query_array(v_difficulties, '$.*[1]'),
        'ai_analytics', jsonb_build_array(v_analytics.o_place)
    );
END
$hg__legacy_build$;

REVOKE ALL ON FUNCTION hg__legacy_build FROM public;
