-- The old application changed a source: its learner's document has to be built anew. A row that
-- moves to another learner marks both.
-- Attached by hg__legacy_attach_marks to the legacy tables and to users.
-- Writes: hg_legacy_dirty, hg_ledger. Calls: hg__legacy_user_id. Raises: nothing.
-- SECURITY DEFINER: the old application needs no right on our tables.
CREATE OR REPLACE FUNCTION hg__legacy_mark() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__legacy_mark$
DECLARE
    v_key text := CASE WHEN tg_relid = 'users'::regclass THEN 'id' ELSE 'user_id' END;
BEGIN
    IF tg_op = 'TRUNCATE' THEN
        INSERT INTO hg_legacy_dirty (user_id, everybody) VALUES (NULL, true);
        RETURN NULL;
    END IF;
    INSERT INTO hg_legacy_dirty (user_id, everybody)
    SELECT DISTINCT hg__legacy_user_id(r.changed ->> v_key), false
    FROM (
        SELECT to_json(OLD) AS changed WHERE tg_op <> 'INSERT'
        UNION ALL
        SELECT to_json(NEW) AS changed WHERE tg_op <> 'DELETE'
    ) AS r;
    RETURN NULL;
END
$hg__legacy_mark$;

REVOKE ALL ON FUNCTION hg__legacy_mark FROM public;
