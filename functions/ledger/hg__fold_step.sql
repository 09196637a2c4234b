-- One step of the fold, whatever the row: the document before it and the row give the document
-- after it and, for an activity, the row with its receipt's figures. The rules are those pinned on
-- the row. p_begin is the place of the checkpoint that folding began with;
-- p_sound: a session came just before.
-- Writes: nothing. Calls: hg__join_modules, hg__fold_activities, hg__fold_entry. Raises: LG422.
CREATE OR REPLACE FUNCTION hg__fold_step(
    p_document jsonb, p_entry hg_ledger, p_begin timestamptz, p_sound boolean,
    OUT o_document jsonb, OUT o_entry hg_ledger
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_step$
DECLARE
    v_rules hg_rules;
    v_step record;
BEGIN
    o_document := p_document;
    o_entry := p_entry;
    SELECT r.* INTO v_rules
    FROM hg_rules AS r
    WHERE r.rules_version = p_entry.rules_version AND r.module = p_entry.module;
    IF NOT found OR NOT p_document -> 'modules' ?& v_rules.modules THEN
        o_document := hg__join_modules(
            p_document, p_entry.rules_version, p_entry.user_grade
        );
    END IF;

    IF p_entry.kind = 'activity' THEN
        v_step := hg__fold_activities(o_document, ARRAY[p_entry], ARRAY[v_rules], p_begin, p_sound);
        o_document := v_step.o_document;
        o_entry := v_step.o_entries[1];
    ELSE
        o_document := hg__fold_entry(o_document, p_entry, v_rules);
    END IF;
END
$hg__fold_step$;

REVOKE ALL ON FUNCTION hg__fold_step FROM public;
