-- Builds one learner's staged document at once, in quarantine or not.
-- Writes: hg_legacy_dirty, and as hg__legacy_take. Calls: hg__check_present,
-- hg__legacy_require_staging, hg__raise_unknown_learner, hg__legacy_take. Raises: 22023, 55000,
-- LG404.
CREATE OR REPLACE FUNCTION hg_legacy_retry(p_user_id users.id%TYPE) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_retry$
DECLARE
    v_at timestamptz;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Name a learner: users.id.');
    PERFORM hg__legacy_require_staging();
    PERFORM FROM users AS u WHERE u.id = p_user_id FOR NO KEY UPDATE;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;
    -- After the learner, for whom it may have to wait: the run is never held waiting.
    SELECT r.started_at INTO v_at FROM hg_legacy_run AS r FOR UPDATE;
    PERFORM hg__legacy_require_staging();

    DELETE FROM hg_legacy_dirty AS d WHERE d.user_id = p_user_id;
    PERFORM hg__legacy_take(ARRAY[p_user_id::text], v_at);
    INSERT INTO hg_legacy_unverified (user_id) VALUES (p_user_id);
    RETURN jsonb_build_object('user_id', p_user_id) || coalesce(
        (
            SELECT jsonb_build_object('state', 'quarantined', 'detail', q.detail)
            FROM hg_legacy_quarantine AS q
            WHERE q.user_id = p_user_id
        ),
        jsonb_build_object('state', 'imported', 'detail', NULL)
    );
END
$hg_legacy_retry$;

REVOKE ALL ON FUNCTION hg_legacy_retry FROM public;

COMMENT ON FUNCTION hg_legacy_retry IS
$$Takes one learner into the import again, at once: of use where a document in quarantine has been
mended. The next import would do it, too. Returns {user_id, state (imported or quarantined), detail
(why it cannot be read, else null)}.

Arguments: p_user_id the learner.

Errors: 22023 p_user_id is NULL, 55000 there is no import, or the cutover is past, LG404 unknown
learner. After an error nothing has changed.

Only the owner may call it.

Example: SELECT hg_legacy_retry(1);$$;
