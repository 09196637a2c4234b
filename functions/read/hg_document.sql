-- The document as true at an instant.
-- Writes: nothing. Calls: hg__check_reading, hg__learner, hg__log_access, hg__document_at,
-- hg__require_sound. Raises: 22023, 55000, LG404, LG422.
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
    v_document jsonb;
    v_settings hg_rules;
BEGIN
    IF p_user_id IS NULL OR (
        p_at >= '0001-01-01 00:00:00Z' AND p_at < '10000-01-01 00:00:00Z'
    ) IS NOT TRUE THEN
        PERFORM hg__check_reading(p_user_id, p_at);
    END IF;
    -- All at once for whom nothing is unusual: a document, whole, of the kind it should be.
    -- #> '{}' decompresses it once, for all that follows.
    SELECT
        u.hidden_grade_asset #> '{}', r.modules, r.default_time_zone, r.day_start_hour,
        r.streak_weekdays, r.pauses, r.access_log
    INTO
        v_document, v_settings.modules, v_settings.default_time_zone, v_settings.day_start_hour,
        v_settings.streak_weekdays, v_settings.pauses, v_settings.access_log
    FROM users AS u
    CROSS JOIN hg_installation AS i
    INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
    WHERE u.id = p_user_id AND i.live
    LIMIT 1;
    IF (
        jsonb_typeof(v_document -> 'global_stats') = 'object'
        AND v_document -> 'modules' ?& v_settings.modules
        AND jsonb_typeof(v_document -> 'cross_module_analytics') = 'object'
    ) IS NOT TRUE THEN
        v_learner := hg__learner(p_user_id);
        v_document := v_learner.o_document;
        v_settings := v_learner.o_settings;
    END IF;
    IF v_settings.access_log THEN
        PERFORM hg__log_access(p_user_id, 'hg_document');
    END IF;
    BEGIN
        RETURN hg__document_at(p_user_id, v_document, p_at, v_settings);
    EXCEPTION
        WHEN data_exception THEN
            PERFORM hg__require_sound(v_document);
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
