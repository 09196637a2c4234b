-- The fold of activities of one learner that follow each other: the document before them and their
-- ledger rows, with the rules pinned on each (p_rules, place by place), give the document after
-- them and the rows with their receipts' figures. Nothing else applies the rules of an activity.
-- p_begin: the place of the checkpoint that folding began with; what occurred before it but arrived
-- after it is uncapped and touches the day only where its own is a later one. p_sound: a session
-- came just before, so the best categories of the document are true. No clock, no setting,
-- and no query but for pauses, best categories that got worse and the first activity of a day.
-- One long function on purpose: handing the parts of a document from function to function costs
-- more than the rules do (docs/performance.md).
-- Writes: nothing. Calls: hg__stats_broken, hg__progress_broken, hg__raise_malformed,
-- hg__fold_streak, hg__fold_test, hg__fold_progression, hg__level_change, hg__current_step,
-- hg__score, hg__token_request, hg__token_limit, hg__progress_holds, hg__fold_pair,
-- hg__best_categories, hg__cross_derived, hg__put_block, hg__instant_text. Raises: LG422
-- (hg__raise_malformed).
CREATE OR REPLACE FUNCTION hg__fold_activities(
    p_document jsonb, p_entries hg_ledger[], p_rules hg_rules[], p_begin timestamptz,
    p_sound boolean,
    OUT o_document jsonb, OUT o_entries hg_ledger[]
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_activities$
DECLARE
    c_max CONSTANT bigint := 2147483647;
    v_stats_before jsonb := p_document -> 'global_stats';
    v_stats hg_global_stats := jsonb_populate_record(NULL::hg_global_stats, v_stats_before);
    v_cross jsonb := p_document -> 'cross_module_analytics';
    v_pairs jsonb := v_cross -> 'learning_patterns_between_modules';
    v_modules jsonb := p_document -> 'modules';
    v_changed jsonb := '{}';
    v_loaded text;
    v_block jsonb;
    v_progress hg_progress;
    v_grade integer;
    v_entry hg_ledger;
    v_rules hg_rules;
    v_at text;
    v_scored boolean;
    v_full boolean;
    v_perfect boolean;
    v_early boolean;
    v_new_day boolean;
    v_day_counts boolean;
    v_seconds bigint;
    v_seconds_before bigint;
    v_questions_before bigint;
    v_correct_before bigint;
    v_other jsonb;
    v_worse boolean;
    v_sound boolean := p_sound;
    v_questions bigint;
    v_correct bigint;
    v_requested integer;
    v_room bigint;
    v_holds boolean;
    v_step record;
BEGIN
    IF hg__stats_broken(v_stats_before)
        OR jsonb_typeof(v_pairs) IS DISTINCT FROM 'object'
    THEN
        PERFORM hg__raise_malformed(p_document);
    END IF;

    FOR v_place IN 1 .. cardinality(p_entries) LOOP
        v_entry := p_entries[v_place];
        v_rules := p_rules[v_place];
        IF v_loaded IS DISTINCT FROM v_entry.module THEN
            IF v_loaded IS NOT NULL THEN
                v_changed := hg__put_block(v_changed, v_loaded, v_block, v_progress, v_grade);
            END IF;
            v_loaded := v_entry.module;
            v_block := coalesce(v_changed -> v_loaded, v_modules -> v_loaded);
            v_progress := jsonb_populate_record(NULL::hg_progress, v_block -> 'progress');
            v_grade := (v_block ->> 'grade_level')::integer;
            IF hg__progress_broken(v_block -> 'progress') THEN
                PERFORM hg__raise_malformed(p_document);
            END IF;
        END IF;

        v_at := hg__instant_text(v_entry.occurred_at);
        v_scored := v_entry.run_type <> 'practice';
        v_full := coalesce(v_entry.questions >= v_rules.full_questions, true);
        v_perfect := v_full AND v_entry.correct = v_entry.questions;
        v_early := v_entry.occurred_at < p_begin;
        v_seconds := coalesce(v_entry.seconds, 0);
        v_entry.level_change := 0;
        v_entry.tokens_requested := 0;
        v_entry.tokens_awarded := 0;
        v_entry.mastery_changed := false;
        v_entry.streak := 'unchanged';
        v_entry.good := CASE
            WHEN v_scored AND v_entry.questions >= v_rules.min_questions
                THEN v_entry.correct * 100 >= v_rules.good_percent::integer * v_entry.questions
        END;

        -- The day. The fold's day never runs backward: an own day in the past counts for the
        -- present one.
        v_new_day := NOT v_entry.too_late
            AND coalesce(v_entry.local_day > v_stats.activity_date, true);
        v_day_counts := v_new_day OR NOT (v_entry.too_late OR v_early);
        IF v_new_day THEN
            v_step := hg__fold_streak(v_stats, v_entry, v_rules);
            v_stats.streak_days := v_step.o_streak_days;
            v_stats.streak_freezes := v_step.o_freezes;
            v_stats.longest_streak_days := greatest(
                v_stats.longest_streak_days, v_stats.streak_days
            );
            v_stats.activity_date := v_entry.local_day;
            v_stats.daily_tokens := 0;
            v_stats.daily_time_spent := 0;
            v_entry.streak := v_step.o_word;
        END IF;
        IF v_stats.time_zone_next_from::timestamptz <= v_entry.occurred_at THEN
            v_stats.time_zone := v_stats.time_zone_next;
            v_stats.time_zone_next := NULL;
            v_stats.time_zone_next_from := NULL;
        END IF;
        IF v_day_counts THEN
            v_stats.daily_time_spent := least(v_stats.daily_time_spent + v_seconds, c_max);
            v_stats.daily_engagement_minutes := v_stats.daily_time_spent / 60;
        END IF;
        v_stats.total_time_spent := least(v_stats.total_time_spent + v_seconds, c_max);
        v_stats.last_active := greatest(v_stats.last_active COLLATE "C", v_at);
        v_progress.last_played := greatest(v_progress.last_played COLLATE "C", v_at);
        v_progress."timestamp" := greatest(v_progress."timestamp" COLLATE "C", v_at);

        IF v_scored THEN
            -- Levels and progression, and the good sessions in a row.
            IF v_entry.run_type = 'test' THEN
                v_progress.test_taken := true;
            END IF;
            IF NOT v_entry.too_late THEN
                IF v_entry.run_type = 'test' THEN
                    IF v_rules.test_kind <> 'plain' THEN
                        v_step := hg__fold_test(v_progress.types_complete, v_entry, v_rules);
                        v_progress.types_complete := v_step.o_types_complete;
                        v_grade := coalesce(v_step.o_grade, v_grade);
                        v_progress.attempt_good := 0;
                        v_progress.attempt_bad := 0;
                    END IF;
                ELSIF v_entry.good IS NOT NULL AND v_rules.level_moves = 'grade' THEN
                    IF v_entry.good THEN
                        v_progress.attempt_good := least(
                            v_progress.attempt_good + 1::bigint, c_max
                        );
                        v_progress.attempt_bad := 0;
                    ELSE
                        v_progress.attempt_good := 0;
                        v_progress.attempt_bad := least(v_progress.attempt_bad + 1::bigint, c_max);
                    END IF;
                    v_entry.level_change := hg__level_change(
                        v_rules, v_grade, v_progress.attempt_good, v_progress.attempt_bad
                    );
                    IF v_entry.level_change <> 0 THEN
                        v_grade := v_grade + v_entry.level_change;
                        v_progress.attempt_good := 0;
                        v_progress.attempt_bad := 0;
                    END IF;
                ELSIF v_entry.good IS NOT NULL AND v_rules.level_moves = 'progression' THEN
                    v_step := hg__fold_progression(
                        v_progress.attempt_good, v_progress.attempt_bad,
                        v_progress.types_complete, v_entry, v_rules, v_perfect
                    );
                    v_progress.attempt_good := v_step.o_good;
                    v_progress.attempt_bad := v_step.o_bad;
                    v_progress.types_complete := v_step.o_types_complete;
                END IF;
                IF v_rules.fact_types <> '{}' THEN
                    v_progress.current_step := hg__current_step(
                        v_rules, v_progress.types_complete, v_entry.user_grade
                    );
                END IF;
                IF v_entry.good IS NOT NULL THEN
                    v_progress.streak_current := CASE
                        WHEN v_entry.good THEN least(v_progress.streak_current + 1::bigint, c_max)
                        ELSE 0
                    END;
                    v_progress.streak_best := greatest(
                        v_progress.streak_best, v_progress.streak_current
                    );
                    v_progress.recent_results := right(
                        v_progress.recent_results || v_entry.good::integer::text, 10
                    );
                END IF;
            END IF;

            -- The counters.
            v_seconds_before := v_progress.time_spent_total;
            v_questions_before := v_progress.total_questions_answered;
            v_correct_before := v_progress.correct_answers;
            v_progress.sessions_completed := least(
                v_progress.sessions_completed + 1::bigint, c_max
            );
            v_progress.total_questions_answered := least(
                v_progress.total_questions_answered + v_entry.questions::bigint, c_max
            );
            v_progress.correct_answers := least(
                v_progress.correct_answers + v_entry.correct::bigint, c_max
            );
            v_progress.time_spent_total := least(
                v_progress.time_spent_total + v_seconds, c_max
            );
            v_stats.total_sessions_completed := least(
                v_stats.total_sessions_completed + 1::bigint, c_max
            );
            v_stats.total_questions_answered := least(
                v_stats.total_questions_answered + v_entry.questions::bigint, c_max
            );
            v_stats.total_correct_answers := least(
                v_stats.total_correct_answers + v_entry.correct::bigint, c_max
            );
            IF v_full THEN
                v_progress.best_score := greatest(v_progress.best_score, hg__score(v_entry));
                IF v_entry.good THEN
                    v_progress.best_time := least(v_progress.best_time, v_entry.seconds);
                END IF;
            END IF;

            -- The difficulty, up first; the counters begin again where a move was due, made or not.
            v_questions := v_progress.recent_questions + v_entry.questions::bigint;
            v_correct := v_progress.recent_correct + v_entry.correct::bigint;
            IF v_questions >= v_rules.difficulty_up_questions
                AND v_correct * 100 >= v_rules.difficulty_up_percent * v_questions
            THEN
                v_progress.preferred_difficulty := least(v_progress.preferred_difficulty + 1, 5);
                v_questions := 0;
            ELSIF v_questions >= v_rules.difficulty_down_questions
                AND v_correct * 100 <= v_rules.difficulty_down_percent * v_questions
            THEN
                v_progress.preferred_difficulty := greatest(v_progress.preferred_difficulty - 1, 1);
                v_questions := 0;
            ELSIF v_questions >= v_rules.difficulty_reset_questions THEN
                v_questions := 0;
            END IF;
            v_progress.recent_questions := v_questions;
            v_progress.recent_correct := CASE WHEN v_questions = 0 THEN 0 ELSE v_correct END;

            -- Tokens and mastery. Mastery looks at the block as it stands after the session, its
            -- tokens included; only the bonus that it may bring is paid after it.
            v_requested := hg__token_request(
                v_rules, v_entry, v_perfect, v_progress.test_rewarded
            );
            v_room := NULL;
            IF v_day_counts AND NOT v_early AND v_rules.daily_token_cap IS NOT NULL THEN
                v_room := greatest(v_rules.daily_token_cap - v_stats.daily_tokens, 0);
            END IF;
            v_entry.tokens_requested := v_requested;
            v_entry.tokens_awarded := least(
                v_requested, v_room, c_max - v_stats.total_tokens_earned
            );
            v_questions := v_progress.tokens_earned;
            v_progress.tokens_earned := least(v_questions + v_entry.tokens_awarded, c_max);
            IF v_entry.run_type = 'test' AND v_rules.test_first_tokens > 0 THEN
                v_progress.test_rewarded := true;
            END IF;
            IF v_progress.mastered_at IS NULL OR v_rules.mastery_policy <> 'latched' THEN
                v_holds := hg__progress_holds(
                    v_rules.mastery_rule, v_rules, v_block, v_progress, v_grade, v_entry.user_grade
                );
                IF v_holds AND v_progress.mastered_at IS NULL THEN
                    v_progress.mastered_at := v_at;
                    IF v_entry.run_type = 'test' AND v_rules.test_mastery_bonus > 0 THEN
                        v_entry.tokens_requested := v_requested + v_rules.test_mastery_bonus;
                        v_entry.tokens_awarded := least(
                            v_entry.tokens_requested, v_room, c_max - v_stats.total_tokens_earned
                        );
                        v_progress.tokens_earned := least(
                            v_questions + v_entry.tokens_awarded, c_max
                        );
                    END IF;
                END IF;
            ELSE
                v_holds := true;
            END IF;
            v_holds := coalesce((v_progress.mastery_override ->> 'value')::boolean, v_holds);
            IF v_holds <> v_progress.mastery_level THEN
                v_progress.mastery_level := v_holds;
                v_entry.mastery_changed := true;
            END IF;
            v_entry.capped_by := hg__token_limit(
                v_entry.tokens_requested, v_entry.tokens_awarded, v_room
            );
            v_stats.total_tokens_earned := v_stats.total_tokens_earned + v_entry.tokens_awarded;
            v_stats.tokens := greatest(v_stats.total_tokens_earned - v_stats.total_tokens_spent, 0);
            IF v_day_counts THEN
                v_stats.daily_tokens := least(
                    v_stats.daily_tokens + v_entry.tokens_awarded::bigint, c_max
                );
            END IF;

            -- What lies between modules.
            IF NOT v_entry.too_late THEN
                IF v_stats.last_module <> v_loaded THEN
                    v_pairs := hg__fold_pair(
                        v_pairs, v_stats.last_module || '>' || v_loaded,
                        v_entry.good, v_entry.questions, v_entry.correct
                    );
                END IF;
                v_stats.last_module := v_loaded;
            END IF;
        END IF;

        -- The best categories: where they were true, only this module's figures have changed, so it
        -- is compared with the holders; a holder that got worse is compared with all.
        v_worse := v_scored AND NOT v_sound;
        IF v_scored AND v_sound AND v_progress.total_questions_answered >= 10 THEN
            IF v_stats.fastest_category = v_entry.module THEN
                v_worse := v_progress.time_spent_total::bigint * v_questions_before
                    > v_seconds_before * v_progress.total_questions_answered;
            ELSIF v_progress.time_spent_total > 0 THEN
                v_other := coalesce(
                    v_changed -> v_stats.fastest_category, v_modules -> v_stats.fastest_category
                ) -> 'progress';
                IF hg__comes_first(
                    v_entry.module, v_progress.time_spent_total,
                    v_progress.total_questions_answered,
                    v_stats.fastest_category, (v_other ->> 'time_spent_total')::integer,
                    (v_other ->> 'total_questions_answered')::integer
                ) THEN
                    v_stats.fastest_category := v_entry.module;
                END IF;
            END IF;
            IF v_stats.highest_score_category = v_entry.module THEN
                v_worse := v_worse OR v_progress.correct_answers::bigint * v_questions_before
                    < v_correct_before * v_progress.total_questions_answered;
            ELSE
                v_other := coalesce(
                    v_changed -> v_stats.highest_score_category,
                    v_modules -> v_stats.highest_score_category
                ) -> 'progress';
                IF hg__comes_first(
                    v_entry.module, -v_progress.correct_answers,
                    v_progress.total_questions_answered,
                    v_stats.highest_score_category, -(v_other ->> 'correct_answers')::integer,
                    (v_other ->> 'total_questions_answered')::integer
                ) THEN
                    v_stats.highest_score_category := v_entry.module;
                END IF;
            END IF;
        END IF;
        IF v_worse THEN
            v_modules := v_modules || hg__put_block(
                v_changed, v_loaded, v_block, v_progress, v_grade
            );
            v_changed := '{}';
            v_loaded := NULL;
            v_step := hg__best_categories(v_modules);
            v_stats.fastest_category := v_step.o_fastest;
            v_stats.highest_score_category := v_step.o_highest;
            v_sound := true;
        END IF;
        IF v_new_day THEN
            IF v_loaded IS NOT NULL THEN
                v_modules := v_modules || hg__put_block(
                    v_changed, v_loaded, v_block, v_progress, v_grade
                );
                v_changed := '{}';
                v_loaded := NULL;
            END IF;
            v_cross := v_cross || hg__cross_derived(v_modules, v_pairs);
        END IF;
        v_entry.mastery_level := v_progress.mastery_level;
        v_entry.grade_level := v_grade;
        v_entry.preferred_difficulty := v_progress.preferred_difficulty;
        v_entry.tokens := v_stats.tokens;
        v_entry.daily_tokens := v_stats.daily_tokens;
        v_entry.streak_days := v_stats.streak_days;
        o_entries := array_append(o_entries, v_entry);
    END LOOP;

    IF v_loaded IS NOT NULL THEN
        v_modules := v_modules || hg__put_block(
            v_changed, v_loaded, v_block, v_progress, v_grade
        );
    END IF;
    -- Without its known keys the document is next to nothing, and || need not copy it once more.
    o_document := (
        p_document - '{version,global_stats,modules,ai_analytics,cross_module_analytics}'::text[]
    ) || jsonb_build_object(
        'version', p_document -> 'version',
        'global_stats', v_stats,
        'modules', v_modules,
        'ai_analytics', p_document -> 'ai_analytics',
        'cross_module_analytics', (
            v_pairs, v_cross -> 'module_transition_success_rate',
            v_cross -> 'preferred_learning_sequence', v_cross -> 'cross_concept_mastery',
            v_cross -> 'ai_analytics'
        )::hg_cross_section
    );
    IF v_cross - '{
        learning_patterns_between_modules,module_transition_success_rate,
        preferred_learning_sequence,cross_concept_mastery,ai_analytics
    }'::text[] <> '{}' THEN
        o_document := o_document || jsonb_build_object(
            'cross_module_analytics', v_cross || (o_document -> 'cross_module_analytics')
        );
    END IF;
    IF v_stats_before - hg__stats_keys() <> '{}' THEN
        o_document := o_document || jsonb_build_object(
            'global_stats', v_stats_before || (o_document -> 'global_stats')
        );
    END IF;
END
$hg__fold_activities$;

REVOKE ALL ON FUNCTION hg__fold_activities FROM public;
