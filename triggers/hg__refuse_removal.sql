-- Rows of the catalog and of the settings are not removed: what was recorded refers to them.
-- Writes: nothing. Calls: nothing. Raises: 23001.
CREATE OR REPLACE FUNCTION hg__refuse_removal() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__refuse_removal$
BEGIN
    RAISE EXCEPTION 'rows of % are not removed', tg_table_name USING
        ERRCODE = 'restrict_violation',
        DETAIL = format('%s of %s.', tg_op, tg_table_name),
        HINT = CASE tg_table_name
            WHEN 'hg_modules' THEN 'UPDATE hg_modules SET active = false takes a module out.'
            ELSE 'SELECT hg_set_setting(name, value) gives a setting another value.'
        END;
END
$hg__refuse_removal$;

REVOKE ALL ON FUNCTION hg__refuse_removal FROM public;

CREATE OR REPLACE TRIGGER hg_modules_keep
BEFORE DELETE ON hg_modules
FOR EACH ROW EXECUTE FUNCTION hg__refuse_removal();

CREATE OR REPLACE TRIGGER hg_modules_keep_all
BEFORE TRUNCATE ON hg_modules
FOR EACH STATEMENT EXECUTE FUNCTION hg__refuse_removal();

CREATE OR REPLACE TRIGGER hg_settings_keep
BEFORE DELETE ON hg_settings
FOR EACH ROW EXECUTE FUNCTION hg__refuse_removal();

CREATE OR REPLACE TRIGGER hg_settings_keep_all
BEFORE TRUNCATE ON hg_settings
FOR EACH STATEMENT EXECUTE FUNCTION hg__refuse_removal();
