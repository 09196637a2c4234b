-- A learner's document as it was stored at an instant.
-- Writes: nothing. Calls: hg__check_present, hg__require_live, hg__raise_unknown_learner,
-- hg__check_retained, hg__fold_ledger, hg__require_sound, hg__checkpoint, hg__log_access. Raises:
-- 22023, 55000, LG404, LG422.
-- PARALLEL UNSAFE: the block that names a malformed checkpoint is a subtransaction.
-- SECURITY DEFINER: readers get one learner's document, not the ledger.
CREATE OR REPLACE FUNCTION hg_as_of(p_user_id users.id%TYPE, p_at timestamptz) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_as_of$
DECLARE
    v_document jsonb;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present('p_at', p_at::text, 'Give an instant.');
    PERFORM hg__require_live();
    SELECT u.hidden_grade_asset INTO v_document FROM users AS u WHERE u.id = p_user_id;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;

    IF EXISTS (
        SELECT FROM hg_ledger AS l WHERE l.user_id = p_user_id AND l.recorded_at > p_at
    ) THEN
        PERFORM hg__check_retained(p_user_id, p_at);
        BEGIN
            SELECT f.o_document INTO v_document
            FROM hg__fold_ledger(p_user_id, p_recorded_by => p_at) AS f;
        EXCEPTION
            WHEN data_exception THEN
                PERFORM hg__require_sound((hg__checkpoint(p_user_id, p_at)).document);
                RAISE;
        END;
    END IF;
    PERFORM hg__log_access(p_user_id, 'hg_as_of');
    RETURN v_document;
END
$hg_as_of$;

REVOKE ALL ON FUNCTION hg_as_of FROM public;
GRANT EXECUTE ON FUNCTION hg_as_of TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_as_of IS
$$The learner's document as it was stored at an instant: what had been recorded by then, whatever
has arrived late or was reversed since. NULL before the learner's first. AI texts are not in the
ledger: those of a past document are the ones that its checkpoint held.

Arguments: p_at any instant; one at or after the last recording gives the stored document.
Errors: 22023 an argument is NULL, or the ledger no longer tells of p_at (hg_prune), 55000 a legacy
import is pending, LG404 unknown learner, LG422 a checkpoint in the ledger holds a malformed
document.

Example: SELECT hg_as_of(1, now() - interval '7 days') -> 'global_stats' ->> 'tokens';$$;
