-- A direct write of users.hidden_grade_asset: refuses a malformed document; a good one gets the
-- blocks it lacks, and its mastery_level computed anew.
-- While a legacy import is pending the column is the old application's.
-- Attached by hg__attach_users_triggers, so that the hg_ functions never meet it.
-- Writes: nothing. Calls: hg__document_problem, hg__recomputed, hg__grade_number. Raises: LG422.
-- SECURITY DEFINER: whoever may write the column needs no right on the rules.
CREATE OR REPLACE FUNCTION hg__users_guard_document() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__users_guard_document$
DECLARE
    v_rules_version integer;
    v_problem text;
BEGIN
    SELECT i.rules_version INTO v_rules_version FROM hg_installation AS i WHERE i.live;
    IF NOT found OR NEW.hidden_grade_asset IS NOT DISTINCT FROM OLD.hidden_grade_asset THEN
        RETURN NEW;
    END IF;

    -- What the older application had stored may be larger than the limit, but it does not grow.
    v_problem := hg__document_problem(
        NEW.hidden_grade_asset,
        greatest(65536, octet_length(OLD.hidden_grade_asset::text))
    );
    IF v_problem IS NOT NULL THEN
        RAISE EXCEPTION 'malformed document' USING
            ERRCODE = 'LG422',
            DETAIL = v_problem,
            HINT = 'Call hg_record_activity, hg_grant_tokens, hg_spend_tokens, hg_set_mastery, '
                'hg_set_preferred_difficulty, hg_set_time_zone or hg_reset_module; a direct write '
                'must keep every key that docs/document.md names.';
    END IF;
    NEW.hidden_grade_asset := hg__recomputed(
        NEW.hidden_grade_asset, v_rules_version, hg__grade_number(NEW.grade::text)
    );
    RETURN NEW;
END
$hg__users_guard_document$;

REVOKE ALL ON FUNCTION hg__users_guard_document FROM public;
