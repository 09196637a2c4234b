-- Removes triggers, views, functions and what the installation changed about the table users; the
-- tables go with the migrations. With the search_path on the installation's schema, in one
-- transaction:
--     psql --single-transaction --file sql/uninstall.sql
-- It can be run again, and where nothing is installed it does nothing.
DO $uninstall$
DECLARE
    v_change text;
    v_functions text;
BEGIN
    IF to_regclass('users') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS users_fill_document ON users;
        DROP TRIGGER IF EXISTS users_record_start ON users;
        DROP TRIGGER IF EXISTS users_forget ON users;
        DROP TRIGGER IF EXISTS users_forget_all ON users;
        DROP TRIGGER IF EXISTS users_guard_document ON users;
        DROP TRIGGER IF EXISTS users_record_direct_write ON users;
        DROP TRIGGER IF EXISTS users_mirror_columns ON users;
        DROP TRIGGER IF EXISTS users_take_columns ON users;
        DROP TRIGGER IF EXISTS users_take_inserted ON users;
        ALTER TABLE users DROP CONSTRAINT IF EXISTS users_hidden_grade_asset_unused;
        ALTER TABLE users DROP CONSTRAINT IF EXISTS users_hidden_grade_asset_present;
        -- Only values that the installation gives, to users or its partitions; an owner's own stay.
        FOR v_change IN
            SELECT format('ALTER TABLE %s %s', c.oid::regclass, n.change)
            FROM pg_class AS c
            INNER JOIN pg_attribute AS a
                ON c.oid = a.attrelid AND a.attname = 'hidden_grade_asset'
            CROSS JOIN LATERAL (
                VALUES ('RESET (fillfactor)', 'fillfactor=50' = ANY (c.reloptions)),
                ('RESET (toast_tuple_target)', 'toast_tuple_target=4080' = ANY (c.reloptions)),
                (
                    'ALTER COLUMN hidden_grade_asset SET COMPRESSION default',
                    a.attcompression = 'l'
                )
            ) AS n (change, given)
            WHERE n.given AND (
                c.oid = to_regclass('users')
                OR c.oid IN (SELECT t.relid FROM pg_partition_tree(to_regclass('users')) AS t)
            )
        LOOP
            EXECUTE v_change; -- dynamic: users, or one of its partitions
        END LOOP;
    END IF;

    IF to_regclass('hg_modules') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS hg_modules_lock ON hg_modules;
        DROP TRIGGER IF EXISTS hg_modules_take ON hg_modules;
        DROP TRIGGER IF EXISTS hg_modules_publish ON hg_modules;
        DROP TRIGGER IF EXISTS hg_modules_keep ON hg_modules;
        DROP TRIGGER IF EXISTS hg_modules_keep_all ON hg_modules;
    END IF;
    IF to_regclass('hg_settings') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS hg_settings_lock ON hg_settings;
        DROP TRIGGER IF EXISTS hg_settings_take ON hg_settings;
        DROP TRIGGER IF EXISTS hg_settings_publish ON hg_settings;
        DROP TRIGGER IF EXISTS hg_settings_keep ON hg_settings;
        DROP TRIGGER IF EXISTS hg_settings_keep_all ON hg_settings;
    END IF;
    IF to_regclass('hg_ledger') IS NOT NULL THEN
        DROP TRIGGER IF EXISTS hg_ledger_append_only ON hg_ledger;
        -- What sql/citus_prepare.sql has put in the sequence's place.
        IF EXISTS (
            SELECT FROM pg_attribute AS a
            WHERE a.attrelid = to_regclass('hg_ledger') AND a.attname = 'ledger_id' AND a.atthasdef
        ) THEN
            ALTER TABLE hg_ledger ALTER COLUMN ledger_id DROP DEFAULT;
        END IF;
    END IF;

    DROP VIEW IF EXISTS hg_v_ai_queue, hg_v_daily, hg_v_health, hg_v_modules;
    IF to_regclass('hg_installation') IS NOT NULL THEN
        SELECT string_agg(to_regprocedure(f.signature)::text, ', ')
        INTO v_functions
        FROM hg_installation AS i
        CROSS JOIN unnest(i.functions) AS f (signature)
        WHERE to_regprocedure(f.signature) IS NOT NULL;
        IF v_functions IS NOT NULL THEN
            EXECUTE 'DROP ROUTINE ' || v_functions; -- dynamic: names from the list
        END IF;
        UPDATE hg_installation AS i
        SET functions = '{}', code_hash = NULL, code_version = NULL, settled = false;
    END IF;
END
$uninstall$;
