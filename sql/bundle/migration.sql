DO $hg_migration$
BEGIN
    IF EXISTS (SELECT FROM _yoyo_migration AS m WHERE m.migration_hash = '@hash@') THEN
        RETURN;
    END IF;
    EXECUTE @text@; -- dynamic: only where it has not been applied
    INSERT INTO _yoyo_log (
        id, migration_hash, migration_id, operation, username, hostname, created_at_utc
    )
    VALUES (
        gen_random_uuid(), '@hash@',
        '@id@', 'apply', session_user, coalesce(host(inet_client_addr()), ''),
        clock_timestamp() AT TIME ZONE 'UTC'
    );
    INSERT INTO _yoyo_migration (migration_hash, migration_id, applied_at_utc)
    VALUES (
        '@hash@',
        '@id@', clock_timestamp() AT TIME ZONE 'UTC'
    );
END
$hg_migration$;
