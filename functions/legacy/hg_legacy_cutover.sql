-- The cutover, step by step, each committed.
-- Writes: as the steps do. Calls: hg__legacy_attempt, hg__legacy_rest. Raises: 55000, 55P03.
-- A procedure that commits can have no SET: names are found by the caller's search_path.
CREATE OR REPLACE PROCEDURE hg_legacy_cutover(p_allow_quarantine boolean DEFAULT false)
LANGUAGE plpgsql SECURITY INVOKER
AS $hg_legacy_cutover$
DECLARE
    v_answer jsonb;
    v_told jsonb;
BEGIN
    LOOP
        v_answer := hg__legacy_attempt(
            'cutover', jsonb_build_object('allow_quarantine', p_allow_quarantine)
        );
        COMMIT;
        v_told := hg__legacy_rest(v_answer, v_told);
        EXIT WHEN NOT (v_answer ->> 'more')::boolean;
    END LOOP;
END
$hg_legacy_cutover$;

REVOKE ALL ON PROCEDURE hg_legacy_cutover FROM public;

COMMENT ON PROCEDURE hg_legacy_cutover IS
$$The cutover to the document, as make cutover does it: hg_legacy_cutover_step() again and again,
each step committed. Nobody waits for it longer than a moment.

Call it outside of a transaction, with the installation's schema in the search_path. It can be
interrupted at any point and called again.

Arguments: p_allow_quarantine as hg_legacy_cutover_step has it.
Errors: 55000 as hg_legacy_cutover_step, 2D000 called inside of a transaction, 55P03 other
sessions held the locks it needs for five minutes. What was done before stays.

Only the owner may call it.

Example: CALL hg_legacy_cutover();$$;
