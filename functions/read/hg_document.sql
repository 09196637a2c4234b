-- The document as true at an instant.
-- Writes: nothing. Calls: hg__check_reading, hg__learner, hg__document_at, hg__require_sound.
-- Raises: 22023, 55000, LG404, LG422.
-- SECURITY DEFINER: readers get one learner's document, not the table.
-- PARALLEL UNSAFE: the block that names a malformed document is a subtransaction.
CREATE OR REPLACE FUNCTION hg_document(
    p_user_id users.id%TYPE, p_at timestamptz DEFAULT now()
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_document$
DECLARE
    v_learner record;
BEGIN
    PERFORM hg__check_reading(p_user_id, p_at);
    v_learner := hg__learner(p_user_id);
    BEGIN
        RETURN hg__document_at(p_user_id, v_learner.o_document, p_at, v_learner.o_settings);
    EXCEPTION
        WHEN data_exception THEN
            PERFORM hg__require_sound(v_learner.o_document);
            RAISE;
    END;
END
$hg_document$;

REVOKE ALL ON FUNCTION hg_document FROM public;
GRANT EXECUTE ON FUNCTION hg_document TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_document IS
$$The learner's whole document as true at an instant, with nothing written: streak_days is 0 where a
missed day that the freezes held do not cover lies before that instant's local day; daily_tokens,
daily_time_spent and daily_engagement_minutes are 0 where that day is not activity_date;
activity_date and streak_freezes are as stored. Modules added since the learner last played have
their block. The cross-module figures are computed live, each pair with "lift": the accuracy in b
after a, less the accuracy in b over all (-1 to 1; null without questions).

Arguments: p_at an instant at or after last_active, of the years 1 to 9999; now by default.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner, LG422 the stored document is malformed.

Example: SELECT hg_document(1) -> 'global_stats' ->> 'tokens';

The keys: docs/document.md$$;
