-- A learner's staged document, as the cutover would put it in place.
-- Writes: nothing. Calls: hg__check_present, hg__legacy_require_staging, hg__raise_unknown_learner.
-- Raises: 22023, 55000, LG404.
CREATE OR REPLACE FUNCTION hg_legacy_document(p_user_id users.id%TYPE) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg_legacy_document$
DECLARE
    v_document jsonb;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Name a learner: users.id.');
    PERFORM hg__legacy_require_staging();
    SELECT u.hidden_grade_asset_next INTO v_document FROM users AS u WHERE u.id = p_user_id;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;
    RETURN v_document;
END
$hg_legacy_document$;

REVOKE ALL ON FUNCTION hg_legacy_document FROM public;

COMMENT ON FUNCTION hg_legacy_document IS
$$A learner's document as the import has built it, and as the cutover will put it in place. NULL:
the learner is in quarantine, or the import has not come to them yet. What the old application
changed since is in it after the next import, or hg_legacy_retry().

Arguments: p_user_id the learner.

Errors: 22023 p_user_id is NULL, 55000 there is no import, or the cutover is past (hg_document shows
the document then), LG404 unknown learner.

Only the owner may call it.

Example: SELECT hg_legacy_document(1) -> 'global_stats';$$;
