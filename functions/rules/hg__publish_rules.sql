-- Makes the next version of the rules: what changed, and for every module its row with the settings
-- in force. A pause for all, {"pause": {"from", "to"}}, joins those already known.
-- The caller has locked hg_installation.
-- Writes: hg_rule_versions, hg_rules, hg_installation. Calls: hg__build_skeleton. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__publish_rules(p_change jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__publish_rules$
DECLARE
    v_version integer := (SELECT i.rules_version + 1 FROM hg_installation AS i);
    v_modules text[] := ARRAY(
        SELECT m.module FROM hg_modules AS m WHERE m.active ORDER BY m.module COLLATE "C"
    );
    v_pauses datemultirange := coalesce(
        (SELECT r.pauses FROM hg_rules AS r WHERE r.rules_version = v_version - 1 LIMIT 1), '{}'
    );
BEGIN
    IF p_change ? 'pause' THEN
        v_pauses := v_pauses + datemultirange(daterange(
            (p_change #>> '{pause,from}')::date, (p_change #>> '{pause,to}')::date, '[]'
        ));
    END IF;

    INSERT INTO hg_rule_versions (version, recorded_at, recorded_by, change, modules)
    VALUES (v_version, clock_timestamp(), session_user, p_change, v_modules);

    -- Names decide which column gets which value, so the order of columns does not matter.
    INSERT INTO hg_rules
    SELECT r.*
    FROM hg_modules AS m
    CROSS JOIN (
        SELECT jsonb_object_agg(s.name, s.value) || jsonb_build_object(
            'rules_version', v_version, 'modules', v_modules, 'pauses', v_pauses
        ) AS shared
        FROM hg_settings AS s
    ) AS s
    CROSS JOIN LATERAL jsonb_populate_record(NULL::hg_rules, to_jsonb(m) || s.shared) AS r;

    UPDATE hg_rule_versions AS v SET skeleton = hg__build_skeleton(v_version)
    WHERE v.version = v_version;
    UPDATE hg_installation AS i SET rules_version = v_version;
    RETURN v_version;
END
$hg__publish_rules$;

REVOKE ALL ON FUNCTION hg__publish_rules FROM public;
