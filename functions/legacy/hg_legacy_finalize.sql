-- Letting go of what is behind the cutover, step by step, each committed.
-- Writes: as the steps do. Calls: hg__legacy_attempt, hg__legacy_rest. Raises: 55000, 55P03.
-- A procedure that commits can have no SET: names are found by the caller's search_path.
CREATE OR REPLACE PROCEDURE hg_legacy_finalize(p_columns boolean DEFAULT false)
LANGUAGE plpgsql SECURITY INVOKER
AS $hg_legacy_finalize$
DECLARE
    v_answer jsonb;
    v_told jsonb;
BEGIN
    LOOP
        v_answer := hg__legacy_attempt('finalize', jsonb_build_object('columns', p_columns));
        COMMIT;
        v_told := hg__legacy_rest(v_answer, v_told);
        EXIT WHEN NOT (v_answer ->> 'more')::boolean;
    END LOOP;
END
$hg_legacy_finalize$;

REVOKE ALL ON PROCEDURE hg_legacy_finalize FROM public;

COMMENT ON PROCEDURE hg_legacy_finalize IS
$$Drops what the cutover left for a way back, as make finalize CONFIRM=yes does it:
hg_legacy_finalize_step() again and again, each step committed. There is no way back from it.

Call it outside of a transaction, with the installation's schema in the search_path. It can be
interrupted at any point and called again.

Arguments: p_columns as hg_legacy_finalize_step has it.
Errors: 55000 as hg_legacy_finalize_step, 2D000 called inside of a transaction, 55P03 other
sessions held the locks it needs for five minutes. What was done before stays.

Only the owner may call it.

Example: CALL hg_legacy_finalize();$$;
