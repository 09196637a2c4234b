-- The whole import, step by step, each committed.
-- Writes: as the steps do. Calls: hg__legacy_attempt, hg__legacy_rest. Raises: 22023, 55000, 55P03.
-- A procedure that commits can have no SET: names are found by the caller's search_path.
CREATE OR REPLACE PROCEDURE hg_legacy_import(p_options jsonb DEFAULT '{}')
LANGUAGE plpgsql SECURITY INVOKER
AS $hg_legacy_import$
DECLARE
    v_answer jsonb;
    v_told jsonb;
BEGIN
    -- Where a call before was interrupted in this session.
    PERFORM set_config('hg.import_until', NULL, false);
    LOOP
        v_answer := hg__legacy_attempt('import', p_options);
        COMMIT;
        v_told := hg__legacy_rest(v_answer, v_told);
        EXIT WHEN NOT (v_answer ->> 'more')::boolean;
    END LOOP;
END
$hg_legacy_import$;

REVOKE ALL ON PROCEDURE hg_legacy_import FROM public;

COMMENT ON PROCEDURE hg_legacy_import IS
$$The whole import, as make import does it: hg_legacy_import_step() again and again, each step
committed, until every learner is built and what was changed meanwhile is built anew. It can be
interrupted at any point and called again. It waits while it is paused, tells how far it is in a
NOTICE every few seconds, and no session waits for it longer than a step takes.

Call it outside of a transaction, with the installation's schema in the search_path. Where a legacy
table has no index on user_id every step reads it whole: see docs/api.md.

Arguments: p_options as hg_legacy_import_step has them.

Errors: 22023, 55000 as hg_legacy_import_step, 2D000 called inside of a transaction, 55P03 other
sessions held the locks it needs for five minutes. What was done before stays.

Only the owner may call it.

Example: CALL hg_legacy_import();$$;
