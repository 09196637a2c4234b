-- Begins a refresh: a mark, with the last ledger_id that was given out and a transaction id taken
-- after that. Whatever has a greater transaction id got its ledger_ids later. A snapshot does not
-- tell that: its xmax is the next after the last that has ended, and others may be under way
-- beyond it. So a transaction id is taken, a fresh one: that of a subtransaction. The rest of the
-- mark is filled in at the end.
-- Writes: hg_standings_marks. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_begin() RETURNS hg_standings_marks
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__standings_begin$
DECLARE
    c_epoch CONSTANT bigint := 4294967296;
    v_sequence regclass := pg_get_serial_sequence('hg_ledger', 'ledger_id')::regclass;
    v_mark hg_standings_marks;
    v_top bigint;
    v_sub bigint;
BEGIN
    -- Where there is no sequence (a distributed installation) nothing is in order.
    v_mark.ledger_id := CASE WHEN v_sequence IS NOT NULL
        THEN coalesce(pg_sequence_last_value(v_sequence), 0) END;
    BEGIN
        INSERT INTO hg_standings_marks (
            mark, as_of, ledger_id, own_xid, oldest_xid, rules_version, learners
        )
        SELECT coalesce(max(m.mark), 0) + 1, '-infinity', 0, 0, 0, 0, 0
        FROM hg_standings_marks AS m
        RETURNING mark INTO v_mark.mark;
    EXCEPTION
        -- Never: it is what makes the block a subtransaction.
        WHEN assert_failure THEN
            RAISE;
    END;
    SELECT m.xmin::text::bigint INTO v_sub
    FROM hg_standings_marks AS m
    WHERE m.mark = v_mark.mark;
    v_top := pg_current_xact_id()::text::bigint;
    -- The id in the row is without its epoch; it comes soon after the transaction's own.
    v_mark.own_xid := v_top + (v_sub - v_top % c_epoch + c_epoch) % c_epoch;
    RETURN v_mark;
END
$hg__standings_begin$;

REVOKE ALL ON FUNCTION hg__standings_begin FROM public;
