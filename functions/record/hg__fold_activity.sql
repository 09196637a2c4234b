-- One activity's step of the fold: the document before it, its ledger row and the rules pinned
-- on the row give the document after it and the row with its receipt's figures.
-- p_before_checkpoint: it occurred before the checkpoint that folding began with, but arrived
-- after it; it is uncapped and touches the day only where its own is a later one. No clock, no
-- setting, and no query but for pauses and derived keys on the first activity of a day.
-- Writes: nothing. Calls: hg__stats_broken, hg__progress_broken, hg__fold_day,
-- hg__fold_progress, hg__fold_reward, hg__best_categories, hg__fold_pair, hg__cross_derived,
-- hg__merge_progress, hg__instant_text, hg__raise_malformed. Raises: LG422
-- (hg__raise_malformed).
CREATE OR REPLACE FUNCTION hg__fold_activity(
    p_document jsonb, p_entry hg_ledger, p_rules hg_rules, p_before_checkpoint boolean,
    OUT o_document jsonb, OUT o_entry hg_ledger
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_activity$
DECLARE
    c_max CONSTANT bigint := 2147483647;
    v_modules jsonb := p_document -> 'modules';
    v_block jsonb := v_modules -> p_entry.module;
    v_cross jsonb := p_document -> 'cross_module_analytics';
    v_stats hg_global_stats
    := jsonb_populate_record(NULL::hg_global_stats, p_document -> 'global_stats');
    v_progress hg_progress := jsonb_populate_record(NULL::hg_progress, v_block -> 'progress');
    v_before hg_progress := v_progress;
    v_grade integer := (v_block ->> 'grade_level')::integer;
    v_at text := hg__instant_text(p_entry.occurred_at);
    v_scored boolean := p_entry.run_type <> 'practice';
    v_full boolean := coalesce(p_entry.questions >= p_rules.full_questions, true);
    v_perfect boolean := v_full AND p_entry.correct = p_entry.questions;
    v_day record;
    v_step record;
BEGIN
    IF hg__stats_broken(p_document -> 'global_stats')
        OR hg__progress_broken(v_block -> 'progress')
        OR jsonb_typeof(v_cross -> 'learning_patterns_between_modules') IS DISTINCT FROM 'object'
    THEN
        PERFORM hg__raise_malformed(p_document);
    END IF;
    o_entry := p_entry;
    o_entry.level_change := 0;
    o_entry.tokens_requested := 0;
    o_entry.tokens_awarded := 0;
    o_entry.good := CASE
        WHEN v_scored AND p_entry.questions >= p_rules.min_questions
            THEN p_entry.correct * 100 >= p_rules.good_percent::integer * p_entry.questions
    END;

    v_day := hg__fold_day(v_stats, p_entry, p_rules, p_before_checkpoint);
    v_stats := v_day.o_stats;
    o_entry.streak := v_day.o_word;
    v_progress.last_played := greatest(v_progress.last_played COLLATE "C", v_at);
    v_progress."timestamp" := greatest(v_progress."timestamp" COLLATE "C", v_at);

    IF v_scored THEN
        v_step := hg__fold_progress(
            v_progress, v_grade, p_entry, p_rules, o_entry.good, v_full, v_perfect
        );
        v_progress := v_step.o_progress;
        v_grade := v_step.o_grade;
        o_entry.level_change := v_step.o_level_change;

        v_step := hg__fold_reward(
            v_block, v_progress, v_grade, o_entry, p_rules, v_perfect, v_stats.total_tokens_earned,
            CASE
                WHEN v_day.o_day_counts AND NOT p_before_checkpoint
                    AND p_rules.daily_token_cap IS NOT NULL
                    THEN greatest(p_rules.daily_token_cap - v_stats.daily_tokens, 0)
            END
        );
        v_progress := v_step.o_progress;
        v_block := v_step.o_block;
        o_entry.tokens_requested := v_step.o_requested;
        o_entry.tokens_awarded := v_step.o_awarded;
        o_entry.capped_by := v_step.o_capped_by;

        v_stats.total_tokens_earned := v_stats.total_tokens_earned + v_step.o_awarded;
        v_stats.tokens := greatest(v_stats.total_tokens_earned - v_stats.total_tokens_spent, 0);
        IF v_day.o_day_counts THEN
            v_stats.daily_tokens := least(v_stats.daily_tokens + v_step.o_awarded::bigint, c_max);
        END IF;
        v_stats.total_sessions_completed := least(
            v_stats.total_sessions_completed + 1::bigint, c_max
        );
        v_stats.total_questions_answered := least(
            v_stats.total_questions_answered + p_entry.questions::bigint, c_max
        );
        v_stats.total_correct_answers := least(
            v_stats.total_correct_answers + p_entry.correct::bigint, c_max
        );
    ELSE
        v_block := hg__merge_progress(v_block, v_progress, v_grade);
    END IF;

    v_modules := v_modules || jsonb_build_object(p_entry.module, v_block);
    IF v_scored THEN
        v_step := hg__best_categories(v_modules);
        v_stats.fastest_category := v_step.o_fastest;
        v_stats.highest_score_category := v_step.o_highest;
        IF NOT p_entry.too_late THEN
            IF v_stats.last_module <> p_entry.module THEN
                v_cross := v_cross || jsonb_build_object(
                    'learning_patterns_between_modules', hg__fold_pair(
                        v_cross -> 'learning_patterns_between_modules',
                        v_stats.last_module || '>' || p_entry.module,
                        o_entry.good, p_entry.questions, p_entry.correct
                    )
                );
            END IF;
            v_stats.last_module := p_entry.module;
        END IF;
    END IF;
    IF v_day.o_new_day THEN
        v_cross := v_cross || hg__cross_derived(
            v_modules, v_cross -> 'learning_patterns_between_modules'
        );
    END IF;

    -- Without its known keys the document is next to nothing, and || need not copy it once more.
    o_document := (
        p_document - '{version,global_stats,modules,ai_analytics,cross_module_analytics}'::text[]
    ) || jsonb_build_object(
        'version', p_document -> 'version',
        'global_stats', (p_document -> 'global_stats') || to_jsonb(v_stats),
        'modules', v_modules,
        'ai_analytics', p_document -> 'ai_analytics',
        'cross_module_analytics', v_cross
    );
    o_entry.mastery_changed := v_progress.mastery_level <> v_before.mastery_level;
    o_entry.mastery_level := v_progress.mastery_level;
    o_entry.grade_level := v_grade;
    o_entry.preferred_difficulty := v_progress.preferred_difficulty;
    o_entry.tokens := v_stats.tokens;
    o_entry.daily_tokens := v_stats.daily_tokens;
    o_entry.streak_days := v_stats.streak_days;
END
$hg__fold_activity$;

REVOKE ALL ON FUNCTION hg__fold_activity FROM public;
