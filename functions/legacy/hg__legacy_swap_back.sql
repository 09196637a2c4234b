-- The rollback itself, with everything locked: the columns and tables have their names again, and
-- from the commit on the older application keeps the truth.
-- Writes: users, hg_legacy_dirty, hg_legacy_run, hg_installation. Calls: hg__legacy_mark_back,
-- hg__detach_users_triggers, hg__legacy_detach_mirrors, hg__legacy_rename_column,
-- hg__legacy_set_aside_tables, hg__legacy_bring_back, hg__legacy_attach_marks. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_swap_back() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_swap_back$
DECLARE
    v_table text;
BEGIN
    PERFORM hg__legacy_mark_back(false);
    PERFORM hg__detach_users_triggers();
    PERFORM hg__legacy_detach_mirrors();
    ALTER TABLE users DROP CONSTRAINT IF EXISTS users_hidden_grade_asset_present;
    ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL;
    PERFORM hg__legacy_rename_column('hidden_grade_asset', 'hidden_grade_asset_next');
    PERFORM hg__legacy_rename_column('hidden_grade_asset_old', 'hidden_grade_asset');
    IF (SELECT r.document_default FROM hg_legacy_run AS r) THEN
        ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP DEFAULT;
    END IF;
    FOREACH v_table IN ARRAY hg__legacy_set_aside_tables() LOOP
        PERFORM hg__legacy_bring_back(v_table);
    END LOOP;
    UPDATE hg_installation AS i SET state = 'imported', settled = false;
    UPDATE hg_legacy_run AS r
    SET
        -- What was archived until now is an earlier import's, and stays.
        started_at = clock_timestamp(), cut_over_at = NULL, rolling_back = false,
        equalised = false, after_id = NULL, verified_at = NULL, purged_at = NULL,
        document_default = false;
    WHILE hg__legacy_attach_marks() IS NOT NULL LOOP
        NULL;
    END LOOP;
    -- The sources are others now: the next import builds everybody again.
    DELETE FROM hg_legacy_dirty;
    DELETE FROM hg_legacy_unverified;
    INSERT INTO hg_legacy_dirty (user_id, everybody) VALUES (NULL, true);
END
$hg__legacy_swap_back$;

REVOKE ALL ON FUNCTION hg__legacy_swap_back FROM public;
