-- What users holds of a learner that the product reads: the documents, and the columns of the
-- profile. At the others (a password, an e-mail address) nobody looks. What jsonb cannot hold is a
-- string.
-- Writes: nothing. Calls: hg__check_known, hg__legacy_columns, hg__legacy_jsonb. Raises: LG404.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__export_user(
    p_user_id users.id%TYPE, p_state text,
    OUT o_document jsonb, OUT o_profile jsonb, OUT o_older jsonb
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__export_user$
DECLARE
    c_older CONSTANT text[] := '{hidden_grade_asset_next,hidden_grade_asset_old}';
    -- The names are what reports call a learner.
    v_columns text[] := ARRAY[
        'id', 'grade', 'display_name', 'username', 'hidden_grade_asset'
    ] || c_older || ARRAY(
        SELECT s.value #>> '{}'
        FROM hg_settings AS s
        WHERE s.name IN ('ai_consent_column', 'leaderboard_exclude_column')
        AND s.value <> 'null'
    ) || CASE WHEN p_state <> 'none' THEN hg__legacy_columns() END;
    v_column text;
    v_json json;
    v_value jsonb;
BEGIN
    PERFORM hg__check_known(p_user_id);
    o_profile := '{}';
    FOR v_column IN
        SELECT a.attname
        FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = ANY (v_columns)
        AND a.attnum > 0 AND NOT a.attisdropped
    LOOP
        EXECUTE format( -- dynamic: which columns there are
            'SELECT to_json(u.%I) FROM users AS u WHERE u.id = $1', v_column
        )
        INTO v_json
        USING p_user_id;
        v_value := hg__legacy_jsonb(v_json);
        IF v_column = 'hidden_grade_asset' THEN
            o_document := v_value;
        ELSIF v_column = ANY (c_older) THEN
            o_older := coalesce(o_older, '{}') || jsonb_build_object(v_column, v_value);
        ELSE
            o_profile := o_profile || jsonb_build_object(v_column, v_value);
        END IF;
    END LOOP;
END
$hg__export_user$;

REVOKE ALL ON FUNCTION hg__export_user FROM public;
