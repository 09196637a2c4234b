-- The step for an activity that is not simply the next one: the learner's first, one that finds
-- a new module in the catalog, or one that takes its place before something recorded already.
-- Streak, level_change and mastery_changed of its row are those of its place in the history; the
-- other figures are the document's as it then stands.
-- Writes: hg_ledger (the first checkpoint), hg_snapshots. Calls: hg__current_document,
-- hg__zone_at, hg__local_day, hg__fold_activities, hg__refold, hg__reversed, hg__document_day.
-- Raises: LG422.
CREATE OR REPLACE FUNCTION hg__fold_out_of_order(
    p_stored jsonb, p_entry hg_ledger, p_rules hg_rules,
    OUT o_document jsonb, OUT o_entry hg_ledger
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_out_of_order$
DECLARE
    v_document jsonb := hg__current_document(
        p_entry.user_id, p_stored, p_entry.rules_version, p_entry.user_grade
    );
    v_stats jsonb := v_document -> 'global_stats';
    v_progress jsonb;
    v_last timestamptz;
    v_step record;
    v_reversed uuid[] := hg__reversed(p_entry.user_id);
BEGIN
    SELECT max(l.occurred_at) INTO v_last FROM hg_ledger AS l WHERE l.user_id = p_entry.user_id;
    o_entry := p_entry;
    o_entry.late := coalesce(
        p_entry.occurred_at < (v_stats ->> 'last_active')::timestamptz, false
    ) OR EXISTS (
        SELECT
        FROM hg_ledger AS l
        WHERE l.user_id = p_entry.user_id AND l.kind = 'activity'
        AND l.occurred_at > p_entry.occurred_at AND l.id <> ALL (v_reversed)
    );
    IF p_entry.occurred_at > v_last THEN
        o_entry.local_day := hg__document_day(v_stats, p_entry.occurred_at, p_rules);
        v_step := hg__fold_activities(
            v_document, ARRAY[o_entry], ARRAY[p_rules], '-infinity', false
        );
        o_document := v_step.o_document;
        o_entry := v_step.o_entries[1];
        RETURN;
    END IF;

    o_entry.local_day := hg__local_day(
        p_entry.occurred_at,
        coalesce(
            hg__zone_at(p_entry.user_id, p_entry.occurred_at), p_rules.default_time_zone
        ),
        p_rules.day_start_hour
    );
    v_step := hg__refold(
        p_entry.user_id, v_document, p_entry.occurred_at, p_entry.id, o_entry
    );
    o_document := v_step.o_document;
    o_entry := v_step.o_arrived;

    v_stats := o_document -> 'global_stats';
    v_progress := o_document -> 'modules' -> p_entry.module -> 'progress';
    o_entry.tokens := (v_stats ->> 'tokens')::integer;
    o_entry.daily_tokens := (v_stats ->> 'daily_tokens')::integer;
    o_entry.streak_days := (v_stats ->> 'streak_days')::integer;
    o_entry.grade_level := (o_document -> 'modules' -> p_entry.module ->> 'grade_level')::smallint;
    o_entry.mastery_level := (v_progress ->> 'mastery_level')::boolean;
    o_entry.preferred_difficulty := (v_progress ->> 'preferred_difficulty')::smallint;
END
$hg__fold_out_of_order$;

REVOKE ALL ON FUNCTION hg__fold_out_of_order FROM public;
