-- Removes what the installation added, nothing that was there before.
DO $$
DECLARE
    v_installation hg_installation%ROWTYPE;
BEGIN
    SELECT i.* INTO v_installation FROM hg_installation AS i;
    IF NOT found THEN
        RETURN;
    END IF;
    IF v_installation.created_users THEN
        DROP TABLE IF EXISTS users;
        RETURN;
    END IF;
    IF v_installation.added_document THEN
        ALTER TABLE users DROP COLUMN IF EXISTS hidden_grade_asset;
    ELSE
        ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL;
    END IF;
    IF v_installation.added_grade THEN
        ALTER TABLE users DROP COLUMN IF EXISTS grade;
    END IF;
END
$$;
