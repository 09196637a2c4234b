-- What make migrate loads after the migrations, in this order: every function and trigger.
-- Functions in SQL are bound when they are created, so what they call stands before them.
-- With psql: run it in one transaction, search_path set to the schema of users.

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
\ir ../functions/time/hg__day_start.sql
\ir ../functions/time/hg__missed_days.sql
\ir ../functions/time/hg__document_zone.sql
\ir ../functions/time/hg__document_day.sql
\ir ../functions/time/hg__zone_change_instant.sql
\ir ../functions/time/hg__learner_pauses.sql
\ir ../functions/ops/hg__raise_id_reused.sql

-- Rules: what a module's row means
\ir ../functions/rules/hg__grade_number.sql
\ir ../functions/rules/hg__ratio.sql
\ir ../functions/rules/hg__types_done.sql
\ir ../functions/rules/hg__in_list_order.sql
\ir ../functions/rules/hg__current_step.sql
\ir ../functions/rules/hg__start_block.sql
\ir ../functions/rules/hg__skeleton.sql
\ir ../functions/rules/hg__form_holds.sql
\ir ../functions/rules/hg__block_touched.sql
\ir ../functions/rules/hg__mastery_holds.sql
\ir ../functions/rules/hg__mastery_level.sql

-- Figures across modules
\ir ../functions/analytics/hg__best_categories.sql
\ir ../functions/analytics/hg__transition_rates.sql
\ir ../functions/analytics/hg__learning_sequence.sql
\ir ../functions/analytics/hg__concept_mastery.sql
\ir ../functions/analytics/hg__cross_derived.sql

-- The fold: one ledger row's effect on a document
\ir ../functions/record/hg__score.sql
\ir ../functions/record/hg__is_broken.sql
\ir ../functions/record/hg__merge_stats.sql
\ir ../functions/record/hg__merge_progress.sql
\ir ../functions/record/hg__token_request.sql
\ir ../functions/record/hg__award.sql
\ir ../functions/record/hg__fold_streak.sql
\ir ../functions/record/hg__fold_day.sql
\ir ../functions/record/hg__fold_attempt.sql
\ir ../functions/record/hg__fold_test.sql
\ir ../functions/record/hg__fold_progress.sql
\ir ../functions/record/hg__fold_reward.sql
\ir ../functions/record/hg__fold_categories.sql
\ir ../functions/record/hg__fold_pair.sql
\ir ../functions/record/hg__fold_activity.sql
\ir ../functions/record/hg__fold_balance.sql
\ir ../functions/record/hg__fold_time_zone.sql
\ir ../functions/record/hg__fold_module_change.sql
\ir ../functions/record/hg__fold_entry.sql
\ir ../functions/record/hg__join_modules.sql

-- The ledger: checkpoints, folding a history, and what a sound document is
\ir ../functions/ledger/hg__checkpoint.sql
\ir ../functions/ledger/hg__begin_ledger.sql
\ir ../functions/ledger/hg__fold_ledger.sql
\ir ../functions/ledger/hg__carry_over.sql
\ir ../functions/time/hg__zone_at.sql
