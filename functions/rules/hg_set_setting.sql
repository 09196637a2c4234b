-- Changes a setting.
-- Writes: hg_settings, and through its triggers a version of the rules.
-- Calls: hg__check_present, hg__check_setting. Raises: 22023.
-- SECURITY DEFINER: whom the owner lets change settings needs no rights on the tables.
CREATE OR REPLACE FUNCTION hg_set_setting(p_name text, p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_set_setting$
DECLARE
    v_value jsonb;
    v_previous jsonb;
    v_version integer;
BEGIN
    PERFORM hg__check_present('p_name', p_name, 'hg_settings lists the names.');
    PERFORM hg__check_present(
        'p_value', p_value::text, 'A setting that may be unset takes JSON null: ''null''.'
    );
    v_value := hg__check_setting(p_name, p_value);

    -- Before the row's, as every change of the rules: two of them never wait for each other.
    PERFORM FROM hg_installation AS i FOR UPDATE;
    v_previous := (SELECT s.value FROM hg_settings AS s WHERE s.name = p_name);
    UPDATE hg_settings AS s SET value = v_value WHERE s.name = p_name RETURNING s.version
    INTO v_version;
    -- What records it is the version, so that is its id.
    RETURN jsonb_build_object(
        'id', v_version, 'replayed', false, 'kind', 'setting', 'name', p_name,
        'value', v_value, 'previous', v_previous, 'version', v_version
    );
END
$hg_set_setting$;

REVOKE ALL ON FUNCTION hg_set_setting FROM public;

COMMENT ON FUNCTION hg_set_setting IS
$$Changes a setting of the installation, for all learners and from now on: what was recorded before
keeps the rules it was recorded under. hg_settings lists the settings with their domains.

Arguments: p_name a name of hg_settings; p_value its new value, JSON null where it may be unset;
numbers are integers, 1.0 counts as 1.
Receipt: id, replayed, kind, name, value as it is stored, previous, version: that of the rules
since which the value holds, and its id: there is no learner's ledger row. The same value again
makes no new version.
Errors: 22023 an unknown name, NULL, or a value out of its domain. After an error nothing has
changed.

Example: SELECT hg_set_setting('daily_token_cap', '200');

Rules: docs/rules.md$$;
