-- Judges one learner's mastery of a module anew and records it; false: under the lock there was
-- nothing to change any more.
-- Writes: hg_ledger, hg_snapshots, users. Calls: hg__open_entry, hg__reversed, hg__fold_entry,
-- hg__close_entry. Raises: LG404, LG405, LG422.
CREATE OR REPLACE FUNCTION hg__reevaluate_learner(
    p_user_id users.id%TYPE, p_module text
) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__reevaluate_learner$
DECLARE
    c_path CONSTANT text[] := ARRAY['modules', p_module, 'progress', 'mastery_level'];
    v_entry hg_ledger%ROWTYPE;
    v_open record;
    v_reversed uuid[];
BEGIN
    v_entry.user_id := p_user_id;
    v_entry.id := gen_random_uuid();
    v_entry.kind := 'reevaluation';
    v_entry.module := p_module;
    v_open := hg__open_entry(v_entry);
    v_entry := v_open.o_entry;
    v_reversed := hg__reversed(p_user_id);
    -- After all there is, or an activity ahead of the clock would have the last word.
    v_entry.occurred_at := greatest(v_entry.occurred_at, (
        SELECT max(l.occurred_at) + interval '1 microsecond'
        FROM hg_ledger AS l
        WHERE l.user_id = p_user_id AND l.id <> ALL (v_reversed)
    ));
    IF hg__fold_entry(v_open.o_document, v_entry, v_open.o_rules) #> c_path
        = v_open.o_document #> c_path
    THEN
        RETURN false;
    END IF;
    PERFORM hg__close_entry(v_entry, v_open.o_document, v_open.o_rules);
    RETURN true;
END
$hg__reevaluate_learner$;

REVOKE ALL ON FUNCTION hg__reevaluate_learner FROM public;
