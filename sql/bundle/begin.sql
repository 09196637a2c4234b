BEGIN;
SET LOCAL transaction_isolation = 'read committed';
SET LOCAL statement_timeout = 0;
SET LOCAL client_min_messages = 'warning';
SET LOCAL check_function_bodies = 'on';
SET LOCAL standard_conforming_strings = 'on';

-- Where, whether, and by whom; the roles; the bookkeeping; the locks.
DO $hg_begin$
DECLARE
    c_migrations CONSTANT text[] := '{@migrations@}';
    c_roles CONSTANT text[] := '{@roles@}';
    c_server CONSTANT integer := @server@;
    v_asked text := nullif(current_setting('hg.schema', true), '');
    v_patience numeric := coalesce(nullif(current_setting('hg.lock_patience', true), ''), '60');
    v_until timestamptz := clock_timestamp() + make_interval(secs => v_patience);
    v_schema text;
    v_kind text;
    v_owner text;
    v_missing text[];
    v_locks text;
    v_name text;
BEGIN
    IF current_setting('server_version_num')::integer < c_server * 10000 THEN
        RAISE EXCEPTION 'PostgreSQL % or newer is needed', c_server USING
            ERRCODE = 'feature_not_supported',
            DETAIL = format('This server is %s.', current_setting('server_version')),
            HINT = 'Upgrade the server first. Nothing has been changed.';
    ELSIF pg_is_in_recovery() THEN
        RAISE EXCEPTION 'this server is a standby' USING
            ERRCODE = 'read_only_sql_transaction',
            DETAIL = 'It takes no changes.',
            HINT = 'Connect to the primary.';
    END IF;

    SELECT n.nspname, c.relkind, pg_get_userbyid(c.relowner)
    INTO v_schema, v_kind, v_owner
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE c.oid = to_regclass('users');
    IF v_kind NOT IN ('r', 'p') THEN
        RAISE EXCEPTION '%.users is not a table', v_schema USING
            ERRCODE = 'wrong_object_type',
            DETAIL = format('Its kind is %s (pg_class.relkind).', v_kind),
            HINT = 'Set the search_path to the schema of the table users. Nothing has been '
                'changed.';
    ELSIF v_schema <> v_asked THEN
        RAISE EXCEPTION 'hg.schema and the search_path contradict each other' USING
            ERRCODE = 'invalid_schema_name',
            DETAIL = format('hg.schema is %s, the table users is in %s.', v_asked, v_schema),
            HINT = 'Change one of them. Nothing has been changed.';
    END IF;
    v_schema := coalesce(v_schema, v_asked, current_schema(), 'public');
    IF to_regnamespace(quote_ident(v_schema)) IS NULL THEN
        RAISE EXCEPTION 'there is no schema %', v_schema USING
            ERRCODE = 'invalid_schema_name',
            DETAIL = 'It is where hg.schema or the search_path say.',
            HINT = 'CREATE SCHEMA it, or set hg.schema to another one.';
    ELSIF NOT has_schema_privilege(v_schema, 'CREATE') THEN
        RAISE EXCEPTION 'role % may not create objects in schema %', current_user, v_schema USING
            ERRCODE = 'insufficient_privilege',
            DETAIL = 'Nothing has been changed.',
            HINT = format(
                'Somebody who may has to run: GRANT USAGE, CREATE ON SCHEMA %I TO %I;',
                v_schema, current_user
            );
    ELSIF v_owner IS NOT NULL AND NOT pg_has_role(v_owner, 'USAGE') THEN
        RAISE EXCEPTION 'role % does not own the table %.users', current_user, v_schema USING
            ERRCODE = 'insufficient_privilege',
            DETAIL = format('%s does. Nothing has been changed.', v_owner),
            HINT = 'Run this as its owner, or as a member of that role.';
    END IF;

    v_missing := ARRAY(
        SELECT r.name FROM unnest(c_roles) AS r (name) WHERE to_regrole(r.name) IS NULL
    );
    IF v_missing <> '{}' AND NOT EXISTS (
        SELECT FROM pg_roles AS r
        WHERE r.rolname = current_user AND (r.rolsuper OR r.rolcreaterole)
    ) THEN
        RAISE EXCEPTION 'roles are missing, and % may not create roles', current_user USING
            ERRCODE = 'insufficient_privilege',
            DETAIL = 'Nothing has been changed.',
            HINT = format(
                'Somebody who may has to run: CREATE ROLE %s NOLOGIN;',
                array_to_string(v_missing, ' NOLOGIN; CREATE ROLE ')
            );
    END IF;

    -- One installer at a time, and none that a killed make has left running.
    WHILE NOT (
        pg_try_advisory_xact_lock(@installer_key@) AND pg_try_advisory_xact_lock(@worker_key@)
    ) LOOP
        IF clock_timestamp() > v_until THEN
            RAISE EXCEPTION 'another installation is at work in this database' USING
                ERRCODE = 'lock_not_available',
                DETAIL = format('It was waited for for %s s.', v_patience),
                HINT = 'Run this again when it has ended. Nothing has been changed.';
        END IF;
        PERFORM pg_sleep(0.1);
    END LOOP;

    FOREACH v_name IN ARRAY v_missing LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', v_name); -- dynamic: those that are missing
        EXCEPTION
            -- Roles are the cluster's: an installer in another database has just made it.
            WHEN duplicate_object OR unique_violation THEN
                CONTINUE;
        END;
    END LOOP;

    -- From here to the end names are looked up in the installation's schema, temporary ones last.
    PERFORM set_config('search_path', format('%I, pg_temp', v_schema), true);

    -- The bookkeeping of make migrate, so that both know what the other has done.
    IF to_regclass('yoyo_lock') IS NULL THEN
        CREATE TABLE yoyo_lock (
            locked integer DEFAULT 1, ctime timestamp, pid integer NOT NULL, PRIMARY KEY (locked)
        );
    END IF;
    IF to_regclass('_yoyo_migration') IS NULL THEN
        CREATE TABLE _yoyo_log (
            id varchar(36), migration_hash varchar(64), migration_id varchar(255),
            operation varchar(10), username varchar(255), hostname varchar(255),
            comment varchar(255), created_at_utc timestamp, PRIMARY KEY (id)
        );
        CREATE TABLE _yoyo_version (
            version integer NOT NULL PRIMARY KEY, installed_at_utc timestamp
        );
        CREATE TABLE _yoyo_migration (
            migration_hash varchar(64), migration_id varchar(255), applied_at_utc timestamp,
            PRIMARY KEY (migration_hash)
        );
        INSERT INTO _yoyo_version (version, installed_at_utc)
        VALUES (2, clock_timestamp() AT TIME ZONE 'UTC');
    ELSIF to_regclass('_yoyo_version') IS NULL THEN
        RAISE EXCEPTION 'the tables of yoyo in schema % are of another version', v_schema USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = 'There is no table _yoyo_version.',
            HINT = 'Run make migrate, which brings them up to date. Nothing has been changed.';
    END IF;

    -- What has to be locked is locked at once and in short attempts, before anything else is:
    -- nobody queues behind this for longer, and nobody is waited for with a lock in hand.
    IF to_regclass('hg_installation') IS NULL THEN
        v_locks := (SELECT 'users IN ACCESS EXCLUSIVE MODE' WHERE v_owner IS NOT NULL);
    ELSIF EXISTS (
        SELECT FROM unnest(c_migrations) AS w (migration_id)
        WHERE w.migration_id NOT IN (SELECT m.migration_id FROM _yoyo_migration AS m)
    ) OR (SELECT i.user_id_type FROM hg_installation AS i) <> (
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = to_regclass('users') AND a.attname = 'id'
    ) THEN
        v_locks := (
            SELECT string_agg(c.oid::regclass::text, ', ') || ' IN ACCESS EXCLUSIVE MODE'
            FROM pg_class AS c
            WHERE c.relnamespace = to_regnamespace(quote_ident(v_schema))
            AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND starts_with(c.relname, 'hg_')
        );
    ELSIF (SELECT i.code_version FROM hg_installation AS i) IS DISTINCT FROM '@version@' THEN
        v_locks := 'hg_ledger, hg_modules, hg_settings IN SHARE ROW EXCLUSIVE MODE';
    END IF;
    WHILE v_locks IS NOT NULL LOOP
        BEGIN
            SET LOCAL lock_timeout = '50ms';
            EXECUTE 'LOCK TABLE ' || v_locks; -- dynamic: the tables there are
            EXIT;
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                IF clock_timestamp() > v_until THEN
                    RAISE EXCEPTION 'other sessions hold locks that this needs' USING
                        ERRCODE = 'lock_not_available',
                        DETAIL = format('LOCK TABLE %s was tried for %s s.', v_locks, v_patience),
                        HINT = 'End the longest transactions of pg_stat_activity and run this '
                            'again. Nothing has been changed.';
                END IF;
        END;
        PERFORM pg_sleep(0.1 + random() * 0.3);
    END LOOP;
    -- Shorter than the wait after which a deadlock is looked for, so that nobody else is ended.
    SET LOCAL lock_timeout = '500ms';
END
$hg_begin$;
