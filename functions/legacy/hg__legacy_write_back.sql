-- Writes the documents of some learners back: in their older shape into the older column, and what
-- the older tables show of them into those. Learners whom another session holds are marked.
-- Writes: users, hg_legacy_dirty, the set-aside tables. Calls: hg__legacy_lock_learners,
-- hg__legacy_user_id, hg__legacy_old_shape, hg__legacy_push_back. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_write_back(p_ids text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_write_back$
DECLARE
    v_locked text[] := hg__legacy_lock_learners(p_ids);
BEGIN
    INSERT INTO hg_legacy_dirty (user_id, everybody)
    SELECT u.id, false
    FROM users AS u
    WHERE u.id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(p_ids) AS i (id))
    AND u.id::text <> ALL (v_locked);
    -- By assignment, to whichever of json and jsonb the column is.
    UPDATE users AS u SET hidden_grade_asset_old = hg__legacy_old_shape(u.hidden_grade_asset)
    WHERE u.id IN (SELECT hg__legacy_user_id(i.id) FROM unnest(v_locked) AS i (id));
    PERFORM hg__legacy_push_back(v_locked);
END
$hg__legacy_write_back$;

REVOKE ALL ON FUNCTION hg__legacy_write_back FROM public;
