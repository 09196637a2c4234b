-- Why the import should go slowly now; NULL: nothing speaks against full speed. Old rows cannot be
-- cleaned away under a transaction that stays open, and a standby must not fall behind.
-- Other roles' sessions and standbys are seen by members of pg_read_all_stats only.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_busy(
    p_max_transaction_seconds numeric, p_max_lag_seconds numeric
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_busy$
DECLARE
    v_begun timestamptz := clock_timestamp() - p_max_transaction_seconds * interval '1 second';
    v_lag interval := p_max_lag_seconds * interval '1 second';
BEGIN
    RETURN (
        SELECT b.reason
        FROM (
            SELECT
                clock_timestamp() - a.xact_start AS much,
                format(
                    'a transaction has been open for %s s (pid %s)',
                    floor(extract(EPOCH FROM clock_timestamp() - a.xact_start)), a.pid
                ) AS reason
            FROM pg_stat_activity AS a
            WHERE a.datname = current_database() AND a.backend_type = 'client backend'
            AND a.pid <> pg_backend_pid() AND a.xact_start < v_begun
            UNION ALL
            SELECT
                clock_timestamp() - p.prepared AS much,
                format(
                    'a prepared transaction has been open for %s s (%s)',
                    floor(extract(EPOCH FROM clock_timestamp() - p.prepared)), p.gid
                ) AS reason
            FROM pg_prepared_xacts AS p
            WHERE p.database = current_database() AND p.prepared < v_begun
            UNION ALL
            SELECT
                r.replay_lag AS much,
                format('a standby is %s s behind', floor(extract(EPOCH FROM r.replay_lag)))
            FROM pg_stat_replication AS r
            WHERE r.state = 'streaming' AND r.replay_lag > v_lag
        ) AS b
        ORDER BY b.much DESC
        LIMIT 1
    );
END
$hg__legacy_busy$;

REVOKE ALL ON FUNCTION hg__legacy_busy FROM public;
