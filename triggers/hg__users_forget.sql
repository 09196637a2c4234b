-- A learner who is deleted leaves everything, and a tombstone stays.
-- Attached by hg__attach_users_triggers as users_forget, after each row's DELETE, and as
-- users_forget_all, after TRUNCATE.
-- Writes: hg_tombstones, and as hg__forget_learner. Calls: hg__forget_learner,
-- hg__leave_tombstone. Raises: nothing.
-- SECURITY DEFINER: whoever may delete learners needs no rights on the ledger.
CREATE OR REPLACE FUNCTION hg__users_forget() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_forget$
DECLARE
    v_learners bigint;
BEGIN
    IF tg_op = 'TRUNCATE' THEN
        v_learners := (SELECT count(DISTINCT l.user_id) FROM hg_ledger AS l);
        PERFORM hg__leave_tombstone('truncated', NULL, v_learners, hg__forget_learner(NULL));
    ELSE
        PERFORM hg__leave_tombstone('deleted', NULL, 1, hg__forget_learner(OLD.id));
    END IF;
    RETURN NULL;
END
$hg__users_forget$;

REVOKE ALL ON FUNCTION hg__users_forget FROM public;
