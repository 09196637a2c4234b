-- The step for an activity later than everything recorded of the learner: one step of the fold on
-- the stored document. Every 256th session leaves a snapshot.
-- Writes: hg_snapshots. Calls: hg__document_day, hg__fold_activity, hg__take_snapshot,
-- hg__require_sound. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__fold_next(
    p_document jsonb, p_entry hg_ledger, p_rules hg_rules,
    OUT o_document jsonb, OUT o_entry hg_ledger
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_next$
DECLARE
    v_step record;
BEGIN
    p_entry.late := false;
    p_entry.local_day := hg__document_day(
        p_document -> 'global_stats', p_entry.occurred_at, p_rules
    );
    v_step := hg__fold_activity(p_document, p_entry, p_rules, false);
    o_document := v_step.o_document;
    o_entry := v_step.o_entry;
    IF p_entry.run_type <> 'practice'
        AND (o_document #>> '{global_stats,total_sessions_completed}')::integer % 256 = 0
    THEN
        PERFORM hg__take_snapshot(o_entry, o_document);
    END IF;
EXCEPTION
    WHEN data_exception THEN
        -- A document that cannot be read says so; anything else stays what it is.
        PERFORM hg__require_sound(p_document);
        RAISE;
END
$hg__fold_next$;

REVOKE ALL ON FUNCTION hg__fold_next FROM public;
