-- A new or changed setting: checked, and stamped with the version it is about to make. Where only
-- the comment differs, the rules do not.
-- Writes: nothing. Calls: hg__check_setting. Raises: 22023, 23001.
CREATE OR REPLACE FUNCTION hg__take_setting() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__take_setting$
BEGIN
    IF tg_op = 'UPDATE' AND NEW.name <> OLD.name THEN
        RAISE EXCEPTION 'a setting cannot be renamed' USING
            ERRCODE = 'restrict_violation',
            DETAIL = format('%s would become %s.', OLD.name, NEW.name),
            HINT = 'The functions know it by its name.';
    END IF;
    NEW.value := hg__check_setting(NEW.name, NEW.value);
    -- Rows that no version has seen yet count as changed.
    IF tg_op = 'UPDATE' AND NEW.value = OLD.value AND OLD.version > 0 THEN
        NEW.version := OLD.version;
    ELSE
        NEW.version := (SELECT i.rules_version + 1 FROM hg_installation AS i);
    END IF;
    RETURN NEW;
END
$hg__take_setting$;

REVOKE ALL ON FUNCTION hg__take_setting FROM public;

CREATE OR REPLACE TRIGGER hg_settings_take
BEFORE INSERT OR UPDATE ON hg_settings
FOR EACH ROW EXECUTE FUNCTION hg__take_setting();
