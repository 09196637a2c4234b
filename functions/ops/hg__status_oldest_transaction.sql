-- The transaction that keeps vacuum from removing rows for longest, as hg_status shows it; NULL:
-- there is none beside this one. Other roles' sessions are seen by a superuser and by members of
-- pg_read_all_stats only; prepared transactions by everybody.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_oldest_transaction() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_oldest_transaction$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'seconds', trunc(extract(EPOCH FROM clock_timestamp() - t.since)),
            'pid', t.pid, 'prepared', t.prepared
        )
        FROM (
            SELECT a.xact_start AS since, a.pid, NULL AS prepared
            FROM pg_stat_activity AS a
            WHERE a.pid <> pg_backend_pid()
            AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
            AND a.datname = current_database()
            -- A vacuum does not keep another one back.
            AND a.query !~* '^(vacuum|autovacuum: vacuum)'
            UNION ALL
            SELECT p.prepared, NULL, p.gid
            FROM pg_prepared_xacts AS p
            WHERE p.database = current_database()
        ) AS t
        WHERE t.since IS NOT NULL
        ORDER BY t.since
        LIMIT 1
    );
END
$hg__status_oldest_transaction$;

REVOKE ALL ON FUNCTION hg__status_oldest_transaction FROM public;
