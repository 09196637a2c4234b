-- The oldest transaction of which a snapshot may not show everything. This one, and the
-- subtransaction p_own_xid of it, are not meant: of what it did itself it sees all.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_unseen(
    p_snapshot pg_snapshot, p_own_xid bigint
) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__standings_unseen$
DECLARE
    v_oldest bigint := least(
        (SELECT min(x.xid::text::bigint) FROM pg_snapshot_xip(p_snapshot) AS x (xid)),
        pg_snapshot_xmax(p_snapshot)::text::bigint
    );
BEGIN
    WHILE v_oldest IN (p_own_xid, pg_current_xact_id()::text::bigint) LOOP
        v_oldest := v_oldest + 1;
    END LOOP;
    RETURN v_oldest;
END
$hg__standings_unseen$;

REVOKE ALL ON FUNCTION hg__standings_unseen FROM public;
