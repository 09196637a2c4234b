-- A write of the older columns of users as ledger rows of a locked learner: tokens up are a grant,
-- down a spend; questions, correct answers and a later last_active are an adjustment. The document
-- after them; storing it is the caller's.
-- Writes: hg_ledger, hg_snapshots, hg_legacy_ignored_writes. Calls: hg__legacy_written,
-- hg__place_entry, hg__write_entry. Raises: LG402, LG422.
CREATE OR REPLACE FUNCTION hg__legacy_enter_columns(
    p_user_id users.id%TYPE, p_user_grade smallint, p_document jsonb,
    p_before jsonb, p_after jsonb
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_enter_columns$
DECLARE
    v_written record := hg__legacy_written(p_before, p_after);
    v_document jsonb := p_document;
    v_entry hg_ledger;
    v_wanted record;
    v_placed record;
BEGIN
    IF v_written.o_ignored THEN
        PERFORM nextval('hg_legacy_ignored_writes');
    END IF;
    FOR v_wanted IN
        SELECT w.kind, w.details
        FROM (
            VALUES
            (
                1, CASE WHEN v_written.o_amount > 0 THEN 'grant' ELSE 'spend' END,
                jsonb_build_object(
                    'amount', abs(v_written.o_amount), 'reason', 'users.tokens was written'
                ),
                v_written.o_amount <> 0
            ),
            (2, 'adjustment', v_written.o_adjustment, v_written.o_adjustment IS NOT NULL)
        ) AS w (place, kind, details, applies)
        WHERE w.applies
        ORDER BY w.place
    LOOP
        v_entry := NULL;
        v_entry.user_id := p_user_id;
        v_entry.id := gen_random_uuid();
        v_entry.kind := v_wanted.kind;
        v_entry.user_grade := p_user_grade;
        v_entry.details := v_wanted.details;
        v_placed := hg__place_entry(v_entry, v_document);
        SELECT e.o_document INTO v_document
        FROM hg__write_entry(v_placed.o_entry, v_placed.o_document, v_placed.o_rules) AS e;
    END LOOP;
    RETURN v_document;
END
$hg__legacy_enter_columns$;

REVOKE ALL ON FUNCTION hg__legacy_enter_columns FROM public;
