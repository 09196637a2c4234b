-- The step for several activities, each later than everything recorded of the learner: the fold on
-- the stored document.
-- Writes: hg_snapshots. Calls: hg__document_day, hg__fold_activities,
-- hg__snapshot_due, hg__take_snapshot, hg__require_sound. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__fold_next(
    p_document jsonb, p_entries hg_ledger[], p_rules hg_rules[], p_sound boolean,
    OUT o_document jsonb, OUT o_entries hg_ledger[]
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_next$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_step record;
BEGIN
    FOR v_place IN 1 .. cardinality(p_entries) LOOP
        p_entries[v_place].late := false;
        p_entries[v_place].local_day := hg__document_day(
            v_stats, p_entries[v_place].occurred_at, p_rules[v_place]
        );
    END LOOP;
    v_step := hg__fold_activities(p_document, p_entries, p_rules, '-infinity', p_sound);
    o_document := v_step.o_document;
    o_entries := v_step.o_entries;
    IF hg__snapshot_due(v_stats, o_document -> 'global_stats') THEN
        PERFORM hg__take_snapshot(o_entries[cardinality(o_entries)], o_document);
    END IF;
EXCEPTION
    WHEN data_exception THEN
        -- A document that cannot be read says so; anything else stays what it is.
        PERFORM hg__require_sound(p_document);
        RAISE;
END
$hg__fold_next$;

REVOKE ALL ON FUNCTION hg__fold_next FROM public;
