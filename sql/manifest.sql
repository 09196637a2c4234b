-- What make migrate loads after the migrations, in this order: every function and trigger.
-- Functions in SQL are bound when they are created, so what they call stands before them.
-- With psql: run it in one transaction, search_path set to the schema of users, pg_temp.

-- Refusals
\ir ../functions/ops/hg__raise_argument.sql
\ir ../functions/ops/hg__check_present.sql
\ir ../functions/ops/hg__check_reason.sql
\ir ../functions/ops/hg__raise_unknown_learner.sql
\ir ../functions/ops/hg__raise_unknown_module.sql
\ir ../functions/ops/hg__require_live.sql

-- Time: instants, zones, days
\ir ../functions/time/hg__instant_text.sql
\ir ../functions/time/hg__exact_instant_text.sql
\ir ../functions/time/hg__local_day.sql
\ir ../functions/time/hg__document_zone.sql
\ir ../functions/time/hg__document_day.sql
\ir ../functions/time/hg__day_start.sql
\ir ../functions/time/hg__learner_pauses.sql
\ir ../functions/time/hg__missed_days.sql
\ir ../functions/time/hg__zone_at.sql
\ir ../functions/time/hg__zone_change_instant.sql

-- Rules: what a module's row means, and what is refused of it
\ir ../functions/rules/hg__block_touched.sql
\ir ../functions/rules/hg__build_skeleton.sql
\ir ../functions/rules/hg__check_catalog.sql
\ir ../functions/rules/hg__check_failed.sql
\ir ../functions/rules/hg__check_list.sql
\ir ../functions/rules/hg__check_mastery_form.sql
\ir ../functions/rules/hg__check_mastery_rule.sql
\ir ../functions/rules/hg__check_module.sql
\ir ../functions/rules/hg__check_module_lists.sql
\ir ../functions/rules/hg__check_module_ranges.sql
\ir ../functions/rules/hg__check_module_sense.sql
\ir ../functions/rules/hg__check_predicate.sql
\ir ../functions/rules/hg__check_setting.sql
\ir ../functions/rules/hg__check_weekdays.sql
\ir ../functions/rules/hg__current_step.sql
\ir ../functions/rules/hg__form_holds.sql
\ir ../functions/rules/hg__grade_number.sql
\ir ../functions/rules/hg__in_list_order.sql
\ir ../functions/rules/hg__mastery_holds.sql
\ir ../functions/rules/hg__mastery_level.sql
\ir ../functions/rules/hg__publish_rules.sql
\ir ../functions/rules/hg__ratio.sql
\ir ../functions/rules/hg__skeleton.sql
\ir ../functions/rules/hg__start_block.sql
\ir ../functions/rules/hg__time_zone_problem.sql
\ir ../functions/rules/hg__types_done.sql

-- Figures across modules
\ir ../functions/analytics/hg__best_categories.sql
\ir ../functions/analytics/hg__concept_mastery.sql
\ir ../functions/analytics/hg__cross_derived.sql
\ir ../functions/analytics/hg__learning_sequence.sql
\ir ../functions/analytics/hg__transition_rates.sql

-- The ledger: checkpoints, folding a history, what a sound document is
\ir ../functions/ledger/hg__is_day.sql
\ir ../functions/ledger/hg__is_instant.sql
\ir ../functions/ledger/hg__begin_ledger.sql
\ir ../functions/ledger/hg__block_problem.sql
\ir ../functions/ledger/hg__carry_over.sql
\ir ../functions/ledger/hg__checkpoint.sql
\ir ../functions/ledger/hg__current_document.sql
\ir ../functions/ledger/hg__document_keys.sql
\ir ../functions/ledger/hg__document_problem.sql
\ir ../functions/ledger/hg__fold_ledger.sql
\ir ../functions/ledger/hg__modules_problem.sql
\ir ../functions/ledger/hg__more_correct.sql
\ir ../functions/ledger/hg__pairs_problem.sql
\ir ../functions/ledger/hg__recomputed.sql
\ir ../functions/ledger/hg__require_readable.sql
\ir ../functions/ledger/hg__require_sound.sql
\ir ../functions/ledger/hg__section_problem.sql
\ir ../functions/ledger/hg__store_document.sql
\ir ../functions/ledger/hg__value_problem.sql

-- The fold, and the writers over it
\ir ../functions/record/hg__score.sql
\ir ../functions/record/hg__repeats.sql
\ir ../functions/record/hg__activity_receipt.sql
\ir ../functions/record/hg__award.sql
\ir ../functions/record/hg__balance_entry.sql
\ir ../functions/record/hg__check_pause.sql
\ir ../functions/record/hg__close_entry.sql
\ir ../functions/record/hg__details_problem.sql
\ir ../functions/record/hg__entry_receipt.sql
\ir ../functions/record/hg__fold_activity.sql
\ir ../functions/record/hg__fold_attempt.sql
\ir ../functions/record/hg__fold_balance.sql
\ir ../functions/record/hg__fold_day.sql
\ir ../functions/record/hg__fold_entry.sql
\ir ../functions/record/hg__fold_module_change.sql
\ir ../functions/record/hg__fold_out_of_order.sql
\ir ../functions/record/hg__fold_pair.sql
\ir ../functions/record/hg__fold_progress.sql
\ir ../functions/record/hg__fold_reward.sql
\ir ../functions/record/hg__fold_streak.sql
\ir ../functions/record/hg__fold_test.sql
\ir ../functions/record/hg__fold_time_zone.sql
\ir ../functions/record/hg__insert_activity.sql
\ir ../functions/record/hg__join_modules.sql
\ir ../functions/record/hg__merge_progress.sql
\ir ../functions/record/hg__open_entry.sql
\ir ../functions/record/hg__progress_broken.sql
\ir ../functions/record/hg__refuse_activity.sql
\ir ../functions/record/hg__replay.sql
\ir ../functions/record/hg__replay_or_refuse.sql
\ir ../functions/record/hg__stats_broken.sql
\ir ../functions/record/hg__token_request.sql
\ir ../functions/record/hg_grant_tokens.sql
\ir ../functions/record/hg_record_activity.sql
\ir ../functions/record/hg_reset_module.sql
\ir ../functions/record/hg_set_mastery.sql
\ir ../functions/record/hg_set_pause.sql
\ir ../functions/record/hg_set_preferred_difficulty.sql
\ir ../functions/record/hg_set_time_zone.sql
\ir ../functions/record/hg_spend_tokens.sql

-- Settings
\ir ../functions/rules/hg_set_setting.sql

-- Reading
\ir ../functions/read/hg__active_days.sql
\ir ../functions/read/hg__check_reading.sql
\ir ../functions/read/hg__correct_missing.sql
\ir ../functions/read/hg__day_at.sql
\ir ../functions/read/hg__document_at.sql
\ir ../functions/read/hg__form_conditions.sql
\ir ../functions/read/hg__form_missing.sql
\ir ../functions/read/hg__forms_missing.sql
\ir ../functions/read/hg__frozen_gaps.sql
\ir ../functions/read/hg__good_sessions_missing.sql
\ir ../functions/read/hg__last_moves.sql
\ir ../functions/read/hg__learner.sql
\ir ../functions/read/hg__learner_module.sql
\ir ../functions/read/hg__missing.sql
\ir ../functions/read/hg__more.sql
\ir ../functions/read/hg__nth_missed_day.sql
\ir ../functions/read/hg__pairs_with_lift.sql
\ir ../functions/read/hg__stats_at.sql
\ir ../functions/read/hg__streak_at.sql
\ir ../functions/read/hg__streak_calendar.sql
\ir ../functions/read/hg__streak_expiry.sql
\ir ../functions/read/hg_document.sql
\ir ../functions/read/hg_explain.sql
\ir ../functions/read/hg_module.sql
\ir ../functions/read/hg_streak.sql

-- Triggers: the catalog's, the ledger's, and those of users (attached once the API is live)
\ir ../triggers/hg__lock_rules.sql
\ir ../triggers/hg__publish_change.sql
\ir ../triggers/hg__refuse_removal.sql
\ir ../triggers/hg__refuse_rewriting.sql
\ir ../triggers/hg__take_module.sql
\ir ../triggers/hg__take_setting.sql
\ir ../triggers/hg__users_fill_document.sql
\ir ../triggers/hg__users_forget.sql
\ir ../triggers/hg__users_guard_document.sql
\ir ../triggers/hg__users_record_direct_write.sql
\ir ../triggers/hg__users_record_start.sql

-- Operating
\ir ../functions/ops/hg__attach_users_triggers.sql
\ir ../functions/ops/hg__detach_users_triggers.sql
\ir ../functions/ops/hg__install_document.sql
\ir ../functions/ops/hg__install_jsonb_column.sql
\ir ../functions/ops/hg__install_legacy_found.sql
\ir ../functions/ops/hg__install_not_null.sql
\ir ../functions/ops/hg__install_skeletons.sql
\ir ../functions/ops/hg__install_state.sql
\ir ../functions/ops/hg__install_storage.sql
\ir ../functions/ops/hg__missing_triggers.sql
\ir ../functions/ops/hg__raise_id_reused.sql
\ir ../functions/ops/hg__raise_malformed.sql
\ir ../functions/ops/hg__settle.sql
\ir ../functions/ops/hg__status_ledger.sql
\ir ../functions/ops/hg__status_users.sql
\ir ../functions/ops/hg__status_warnings.sql
\ir ../functions/ops/hg_status.sql
\ir ../functions/ops/hg_version.sql
