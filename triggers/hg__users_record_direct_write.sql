-- A direct write of users.hidden_grade_asset is a checkpoint in the ledger: folding begins anew
-- with the document as it was stored.
-- Attached by hg__attach_users_triggers, so that the hg_ functions never meet it.
-- Writes: hg_ledger. Calls: hg__grade_number. Raises: nothing.
-- SECURITY DEFINER: whoever may write the column needs no right on the ledger.
CREATE OR REPLACE FUNCTION hg__users_record_direct_write() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_record_direct_write$
DECLARE
    v_at timestamptz := clock_timestamp();
BEGIN
    IF NEW.hidden_grade_asset IS DISTINCT FROM OLD.hidden_grade_asset THEN
        INSERT INTO hg_ledger (
            user_id, id, kind, occurred_at, recorded_at, rules_version, user_grade, recorded_by,
            document
        )
        SELECT
            NEW.id, gen_random_uuid(), 'direct_write', v_at, v_at, i.rules_version,
            hg__grade_number(NEW.grade::text), session_user, NEW.hidden_grade_asset
        FROM hg_installation AS i
        WHERE i.live;
    END IF;
    RETURN NULL;
END
$hg__users_record_direct_write$;

REVOKE ALL ON FUNCTION hg__users_record_direct_write FROM public;
