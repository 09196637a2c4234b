-- Begins a change by a person: locks the learner, reads the clock, and pins what the fold will
-- need. p_entry holds user_id, id, kind, module and details. An id that is stored already comes
-- back as o_repeated (its receipt): the caller has nothing to do.
-- Writes: hg_ledger (a learner's first checkpoint). Calls: hg__require_live,
-- hg__raise_unknown_learner, hg__raise_id_reused, hg__place_entry, hg__grade_number.
-- Raises: 55000, LG404, LG409, LG405, LG422.
CREATE OR REPLACE FUNCTION hg__open_entry(
    p_entry hg_ledger,
    OUT o_entry hg_ledger, OUT o_document jsonb, OUT o_rules hg_rules, OUT o_repeated jsonb
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__open_entry$
DECLARE
    v_stored hg_ledger%ROWTYPE;
    v_placed record;
BEGIN
    PERFORM hg__require_live();
    o_entry := p_entry;
    SELECT u.hidden_grade_asset, hg__grade_number(u.grade::text)
    INTO o_document, o_entry.user_grade
    FROM users AS u
    WHERE u.id = p_entry.user_id
    FOR NO KEY UPDATE;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_entry.user_id::text);
    END IF;

    SELECT l.* INTO v_stored
    FROM hg_ledger AS l
    WHERE l.user_id = p_entry.user_id AND l.id = p_entry.id;
    IF found THEN
        IF (v_stored.kind, v_stored.details) IS DISTINCT FROM (p_entry.kind, p_entry.details) THEN
            PERFORM hg__raise_id_reused(v_stored);
        END IF;
        o_repeated := v_stored.receipt || '{"replayed": true}';
        RETURN;
    END IF;

    v_placed := hg__place_entry(o_entry, o_document);
    o_entry := v_placed.o_entry;
    o_document := v_placed.o_document;
    o_rules := v_placed.o_rules;
END
$hg__open_entry$;

REVOKE ALL ON FUNCTION hg__open_entry FROM public;
