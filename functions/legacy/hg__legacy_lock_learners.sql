-- Locks some learners until the end of the transaction, and says whom; those whom another session
-- holds are passed over, so that nobody waits for anybody.
-- Writes: nothing. Calls: hg__legacy_user_id. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_lock_learners(p_ids text[]) RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_lock_learners$
BEGIN
    RETURN ARRAY(
        SELECT l.id::text
        FROM (
            SELECT u.id
            FROM users AS u
            WHERE u.id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id))
            ORDER BY u.id
            FOR NO KEY UPDATE SKIP LOCKED
        ) AS l
    );
END
$hg__legacy_lock_learners$;

REVOKE ALL ON FUNCTION hg__legacy_lock_learners FROM public;
