-- The cutover itself, with everything locked: the columns change names, the tables step aside for
-- views, and from the commit on the document is the truth.
-- Writes: users, hg_ledger, hg_legacy_archive, hg_legacy_run, hg_installation. Calls:
-- hg__legacy_take_quarantined, hg__legacy_detach_marks, hg__legacy_rename_column,
-- hg__attach_users_triggers, hg__legacy_attach_mirrors, hg__legacy_set_aside_tables,
-- hg__legacy_set_aside. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_swap(p_run hg_legacy_run) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_swap$
DECLARE
    v_table text;
    v_default boolean;
BEGIN
    PERFORM hg__legacy_take_quarantined(p_run.started_at);
    WHILE hg__legacy_detach_marks() IS NOT NULL LOOP
        NULL;
    END LOOP;
    PERFORM hg__legacy_rename_column('hidden_grade_asset', 'hidden_grade_asset_old');
    PERFORM hg__legacy_rename_column('hidden_grade_asset_next', 'hidden_grade_asset');
    -- A new learner's row has no value for it. NOT NULL stays: so the way back need not prove it.
    v_default := EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset_old'
        AND a.attnotnull AND NOT a.atthasdef
    );
    IF v_default THEN
        ALTER TABLE users ALTER COLUMN hidden_grade_asset_old SET DEFAULT '{}';
    END IF;
    UPDATE hg_installation AS i SET state = 'cut_over', settled = false, skeletons_after = NULL;
    PERFORM hg__attach_users_triggers();
    PERFORM hg__legacy_attach_mirrors();
    FOREACH v_table IN ARRAY hg__legacy_set_aside_tables() LOOP
        PERFORM hg__legacy_set_aside(v_table);
    END LOOP;
    UPDATE hg_legacy_run AS r
    SET cut_over_at = clock_timestamp(), purged_at = NULL, document_default = v_default;
END
$hg__legacy_swap$;

REVOKE ALL ON FUNCTION hg__legacy_swap FROM public;
