-- A learner who is deleted leaves the ledger, the archive of the move and the analyses too.
-- Attached by hg__attach_users_triggers as users_forget, after each row's DELETE, and as
-- users_forget_all, after TRUNCATE.
-- Writes: hg_ledger, hg_snapshots, hg_legacy_archive, hg_legacy_quarantine, hg_ai_jobs,
-- hg_ai_usage, hg_ai_analyses, and as hg__forget_standing. Calls: hg__forget_standing.
-- Raises: nothing.
-- SECURITY DEFINER: whoever may delete learners needs no rights on the ledger.
CREATE OR REPLACE FUNCTION hg__users_forget() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_forget$
BEGIN
    IF tg_op = 'TRUNCATE' THEN
        DELETE FROM hg_ledger;
        DELETE FROM hg_snapshots;
        DELETE FROM hg_legacy_archive;
        DELETE FROM hg_legacy_quarantine;
        DELETE FROM hg_ai_jobs;
        DELETE FROM hg_ai_usage;
        DELETE FROM hg_ai_analyses;
        PERFORM hg__forget_standing(NULL);
    ELSE
        DELETE FROM hg_ledger AS l WHERE l.user_id = OLD.id;
        DELETE FROM hg_snapshots AS s WHERE s.user_id = OLD.id;
        DELETE FROM hg_legacy_archive AS a WHERE a.user_id = OLD.id::text;
        DELETE FROM hg_legacy_quarantine AS q WHERE q.user_id = OLD.id;
        DELETE FROM hg_ai_jobs AS j WHERE j.user_id = OLD.id;
        DELETE FROM hg_ai_usage AS u WHERE u.user_id = OLD.id;
        DELETE FROM hg_ai_analyses AS a WHERE a.user_id = OLD.id;
        PERFORM hg__forget_standing(OLD.id);
    END IF;
    RETURN NULL;
END
$hg__users_forget$;

REVOKE ALL ON FUNCTION hg__users_forget FROM public;
