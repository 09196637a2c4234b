-- Once a statement has changed the catalog or the settings: checks that they fit together, and
-- makes one version of it all.
-- Writes: as hg__publish_rules. Calls: hg__check_catalog, hg__publish_rules. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__publish_change() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__publish_change$
DECLARE
    v_version integer := (SELECT i.rules_version + 1 FROM hg_installation AS i);
    v_modules jsonb;
    v_settings jsonb;
BEGIN
    SELECT jsonb_build_object('modules', jsonb_agg(m.module ORDER BY m.module COLLATE "C"))
    INTO v_modules
    FROM hg_modules AS m
    WHERE m.version = v_version
    HAVING count(*) > 0;
    SELECT jsonb_build_object('settings', jsonb_object_agg(s.name, s.value))
    INTO v_settings
    FROM hg_settings AS s
    WHERE s.version = v_version
    HAVING count(*) > 0;

    IF num_nulls(v_modules, v_settings) < 2 THEN
        PERFORM hg__check_catalog();
        PERFORM hg__publish_rules(coalesce(v_modules, '{}') || coalesce(v_settings, '{}'));
    END IF;
    RETURN NULL;
END
$hg__publish_change$;

REVOKE ALL ON FUNCTION hg__publish_change FROM public;

CREATE OR REPLACE TRIGGER hg_modules_publish
AFTER INSERT OR UPDATE ON hg_modules
FOR EACH STATEMENT EXECUTE FUNCTION hg__publish_change();

CREATE OR REPLACE TRIGGER hg_settings_publish
AFTER INSERT OR UPDATE ON hg_settings
FOR EACH STATEMENT EXECUTE FUNCTION hg__publish_change();
