-- The old application changed a source: its learner's document has to be built anew. A row that
-- moves to another learner marks both.
-- Attached by hg__legacy_attach_marks to the legacy tables and to users.
-- Writes: hg_legacy_dirty. Calls: hg__legacy_user_id. Raises: nothing.
-- SECURITY DEFINER: the old application needs no right on our tables.
CREATE OR REPLACE FUNCTION hg__legacy_mark() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__legacy_mark$
DECLARE
    v_ids text[];
BEGIN
    IF tg_op = 'TRUNCATE' THEN
        INSERT INTO hg_legacy_dirty (user_id, everybody) VALUES (NULL, true);
        RETURN NULL;
    END IF;
    -- By the column itself: as JSON a row could hold what cannot be read.
    IF tg_relid = 'users'::regclass THEN
        v_ids := ARRAY[
            CASE WHEN tg_op <> 'INSERT' THEN OLD.id::text END,
            CASE WHEN tg_op <> 'DELETE' THEN NEW.id::text END
        ];
    ELSE
        v_ids := ARRAY[
            CASE WHEN tg_op <> 'INSERT' THEN OLD.user_id::text END,
            CASE WHEN tg_op <> 'DELETE' THEN NEW.user_id::text END
        ];
    END IF;
    INSERT INTO hg_legacy_dirty (user_id, everybody)
    SELECT DISTINCT hg__legacy_user_id(i.id), false
    FROM unnest(
        CASE tg_op WHEN 'INSERT' THEN v_ids[2:] WHEN 'DELETE' THEN v_ids[:1] ELSE v_ids END
    ) AS i (id);
    RETURN NULL;
END
$hg__legacy_mark$;

REVOKE ALL ON FUNCTION hg__legacy_mark FROM public;
