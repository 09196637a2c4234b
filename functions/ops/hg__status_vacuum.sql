-- How vacuum keeps up with a table, partitions taken together, as hg_status shows it: the share of
-- its rows that are dead, how many those are, and when a vacuum last went over it (of partitions:
-- over the one it is longest ago of).
-- Writes: nothing. Calls: hg__ratio, hg__exact_instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_vacuum(p_table regclass) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_vacuum$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'dead_rows', coalesce(sum(s.n_dead_tup), 0),
            'dead_share', hg__ratio(
                sum(s.n_dead_tup)::bigint, sum(s.n_dead_tup + s.n_live_tup)::bigint
            ),
            'vacuumed_at', hg__exact_instant_text(
                min(greatest(s.last_vacuum, s.last_autovacuum))
            )
        )
        FROM pg_stat_user_tables AS s
        WHERE s.relid = p_table
        OR s.relid IN (SELECT t.relid FROM pg_partition_tree(p_table) AS t)
    );
END
$hg__status_vacuum$;

REVOKE ALL ON FUNCTION hg__status_vacuum FROM public;
