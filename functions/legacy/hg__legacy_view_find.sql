-- Locks the row that a statement on a view means, and tells its place; NULL: it is gone, or this
-- statement has changed it already, and as with a table it is not changed again. A table would look
-- at a row anew that another session changed since the statement began; a view cannot, so that is
-- refused, or the other's change would be lost.
-- p_statements are hg__legacy_view_statements', from 0 on; p_row is the row as the statement saw
-- it, as text; p_shown: what it shows of the document counts.
-- Writes: nothing. Calls: hg__legacy_view_ours. Raises: 40001.
CREATE OR REPLACE FUNCTION hg__legacy_view_find(
    p_view text, p_statements text[], p_row text, p_shown boolean,
    OUT o_part oid, OUT o_place tid
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_find$
DECLARE
    v_part oid;
    v_place tid;
    v_by xid;
    v_same boolean;
    v_same_shown boolean;
BEGIN
    EXECUTE p_statements[0] USING p_row; -- dynamic: made for the columns of the view
    EXECUTE p_statements[1] -- dynamic: made for the columns of the view
    INTO v_part, v_place, v_by, v_same, v_same_shown
    USING p_row;
    IF v_same AND (v_same_shown OR NOT p_shown) THEN
        o_part := v_part;
        o_place := v_place;
    ELSIF v_same IS NOT NULL AND NOT hg__legacy_view_ours(v_by) THEN
        RAISE EXCEPTION 'the row was changed by another session' USING
            ERRCODE = 'serialization_failure',
            DETAIL = format('A row of %s is not as the statement saw it.', p_view),
            HINT = 'Run the transaction again: behind the view is a document, so PostgreSQL cannot '
                'look at the row anew.';
    END IF;
END
$hg__legacy_view_find$;

REVOKE ALL ON FUNCTION hg__legacy_view_find FROM public;
