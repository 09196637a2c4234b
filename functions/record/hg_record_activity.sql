-- Records one completed session: ledger row and document change in one step, exactly once. The
-- quick way is an activity later than everything recorded of the learner: one step of the fold on
-- the stored document; anything else goes through hg__fold_out_of_order.
-- Writes: hg_ledger, hg_snapshots, users, hg_ai_jobs. Calls: hg__activity_in_domain,
-- hg__refuse_activity, hg__require_live, hg__details_problem, hg__replay_or_refuse,
-- hg__grade_number, hg__raise_unknown_learner, hg__clock_ahead, hg__too_late, hg__replay,
-- hg__document_day, hg__fold_activities, hg__require_sound, hg__snapshot_due, hg__take_snapshot,
-- hg__fold_out_of_order, hg__ai_note, hg__store_document,
-- hg__activity_receipt. Raises: 22023, 55000, LG404, LG409, LG405, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_record_activity(
    p_user_id users.id%TYPE,
    p_activity_id uuid,
    p_module text,
    p_questions integer,
    p_correct integer,
    p_seconds integer DEFAULT NULL,
    p_run_type text DEFAULT 'token_run',
    p_occurred_at timestamptz DEFAULT NULL,
    p_details jsonb DEFAULT '{}'
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_record_activity$
DECLARE
    v_entry hg_ledger%ROWTYPE;
    v_rules hg_rules%ROWTYPE;
    v_document jsonb;
    v_problem text;
    v_now timestamptz;
    v_last timestamptz;
    v_sound boolean;
    v_known boolean;
    v_step record;
BEGIN
    IF p_user_id IS NULL OR NOT hg__activity_in_domain(
        p_activity_id, p_module, p_questions, p_correct, p_seconds, p_run_type, p_occurred_at,
        p_details
    ) THEN
        PERFORM hg__refuse_activity(
            p_user_id::text, p_activity_id, p_module, p_questions, p_correct, p_seconds,
            p_run_type, p_occurred_at, p_details
        );
    END IF;
    v_entry.user_id := p_user_id;
    v_entry.id := p_activity_id;
    v_entry.kind := 'activity';
    v_entry.module := p_module;
    v_entry.questions := p_questions;
    v_entry.correct := p_correct;
    v_entry.seconds := p_seconds;
    v_entry.run_type := p_run_type;
    v_entry.occurred_at := p_occurred_at;
    v_entry.details := nullif(p_details, '{}');

    SELECT r.* INTO v_rules
    FROM hg_rules AS r
    WHERE r.module = p_module
    AND r.rules_version = (SELECT i.rules_version FROM hg_installation AS i WHERE i.live);
    IF NOT found THEN
        PERFORM hg__require_live();
    END IF;
    IF p_details <> '{}' OR p_run_type = 'test' THEN
        v_problem := hg__details_problem(v_rules, p_run_type, p_details);
    END IF;
    IF v_problem IS NOT NULL OR v_rules.active IS NOT TRUE THEN
        RETURN hg__replay_or_refuse(v_entry, v_problem);
    END IF;

    SELECT u.hidden_grade_asset #> '{}', hg__grade_number(u.grade::text)
    INTO v_document, v_entry.user_grade
    FROM users AS u
    WHERE u.id = p_user_id
    FOR NO KEY UPDATE;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;
    -- Only now is the clock read: whoever held the learner has recorded what came before.
    v_now := clock_timestamp();
    v_entry.recorded_at := v_now;
    v_entry.clock_ahead := hg__clock_ahead(p_occurred_at, v_now);
    IF p_occurred_at IS NULL OR v_entry.clock_ahead THEN
        v_entry.occurred_at := v_now;
    END IF;
    v_entry.too_late := hg__too_late(v_entry.occurred_at, v_now, v_rules);
    v_entry.rules_version := v_rules.rules_version;

    -- Whoever holds the learner is alone with these rows: what is not there now will not be.
    SELECT
        l.occurred_at,
        coalesce(l.run_type <> 'practice', false),
        EXISTS (
            SELECT FROM hg_ledger AS k WHERE k.user_id = p_user_id AND k.id = p_activity_id
        )
    INTO v_last, v_sound, v_known
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id
    ORDER BY l.occurred_at DESC
    LIMIT 1;
    IF v_known THEN
        RETURN hg__replay(v_entry);
    END IF;

    IF v_entry.occurred_at > v_last AND v_document -> 'modules' ?& v_rules.modules THEN
        v_entry.late := false;
        v_entry.local_day := hg__document_day(
            v_document -> 'global_stats', v_entry.occurred_at, v_rules
        );
        BEGIN
            v_step := hg__fold_activities(
                v_document, ARRAY[v_entry], ARRAY[v_rules], '-infinity', v_sound
            );
        EXCEPTION
            WHEN data_exception THEN
                -- A document that cannot be read says so; anything else stays what it is.
                PERFORM hg__require_sound(v_document);
                RAISE;
        END;
        v_entry := v_step.o_entries[1];
        IF hg__snapshot_due(
            v_document -> 'global_stats', v_step.o_document -> 'global_stats'
        ) THEN
            PERFORM hg__take_snapshot(v_entry, v_step.o_document);
        END IF;
        v_document := v_step.o_document;
    ELSE
        v_step := hg__fold_out_of_order(v_document, v_entry, v_rules);
        v_document := v_step.o_document;
        v_entry := v_step.o_entry;
    END IF;
    IF v_rules.ai_enabled AND p_run_type <> 'practice' THEN
        v_document := hg__ai_note(v_document, v_entry, v_rules);
    END IF;

    -- ledger_id has a default, another one on a distributed installation.
    INSERT INTO hg_ledger (
        occurred_at, recorded_at, user_id, id, rules_version, local_day, seconds, tokens_requested,
        tokens_awarded, tokens, daily_tokens, streak_days, kind, run_type, streak, capped_by,
        questions, correct, user_grade, grade_level, level_change, preferred_difficulty, good,
        mastery_level, mastery_changed, late, too_late, clock_ahead, module, details
    )
    VALUES (
        v_entry.occurred_at, v_entry.recorded_at, v_entry.user_id, v_entry.id,
        v_entry.rules_version, v_entry.local_day, v_entry.seconds, v_entry.tokens_requested,
        v_entry.tokens_awarded, v_entry.tokens, v_entry.daily_tokens, v_entry.streak_days,
        v_entry.kind, v_entry.run_type, v_entry.streak, v_entry.capped_by, v_entry.questions,
        v_entry.correct, v_entry.user_grade, v_entry.grade_level, v_entry.level_change,
        v_entry.preferred_difficulty, v_entry.good, v_entry.mastery_level, v_entry.mastery_changed,
        v_entry.late, v_entry.too_late, v_entry.clock_ahead, v_entry.module, v_entry.details
    );
    PERFORM hg__store_document(p_user_id, v_document);
    RETURN hg__activity_receipt(v_entry, false);
END
$hg_record_activity$;

REVOKE ALL ON FUNCTION hg_record_activity FROM public;
GRANT EXECUTE ON FUNCTION hg_record_activity TO hg_app;

COMMENT ON FUNCTION hg_record_activity IS
$$Records one completed session of a learner, exactly once, and returns its receipt.

Arguments: p_activity_id is the caller's own, made when the session is made: the same id with the
same content returns the stored receipt with replayed true and changes nothing. p_questions
1-1000, p_correct 0 to p_questions, p_seconds 0-86400 or NULL, p_run_type token_run | test |
practice, p_occurred_at NULL for now, p_details an object of at most 4 kB; keys the rules read:
fact_type, time_limit (token_run), grade_level, types_correct, types_wrong (test).

Receipt: activity_id, replayed, module, run_type, occurred_at, local_day, score (percent), good,
tokens_awarded, tokens_requested, capped_by, tokens, daily_tokens, streak_days, streak,
grade_level, level_change, mastery_level, mastery_changed, preferred_difficulty, warnings. Its
figures are the document's after the call.

Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG409 the id stands for other content, LG405 unknown or inactive module, LG422 malformed
document. After an error nothing has changed.

Example: SELECT hg_record_activity(1, gen_random_uuid(), 'addition_facts', 6, 6, 45);

Rules: docs/rules.md$$;
