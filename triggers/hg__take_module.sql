-- A new or changed row of the catalog: checked, and stamped with the version it is about to make.
-- An unchanged one stays as it is.
-- Writes: nothing. Calls: hg__check_module. Raises: 22023, 23001.
CREATE OR REPLACE FUNCTION hg__take_module() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__take_module$
BEGIN
    IF tg_op = 'UPDATE' THEN
        IF NEW.module <> OLD.module THEN
            RAISE EXCEPTION 'a module cannot be renamed' USING
                ERRCODE = 'restrict_violation',
                DETAIL = format('Module %s would become %s.', OLD.module, NEW.module),
                HINT = 'The ledger and the documents know it by its name. Insert the new module '
                    'and set active = false on the old one.';
        END IF;
        NEW.version := OLD.version;
        -- Rows that no version has seen yet count as changed.
        IF NEW IS NOT DISTINCT FROM OLD AND OLD.version > 0 THEN
            RETURN OLD;
        END IF;
    END IF;
    PERFORM hg__check_module(NEW);
    NEW.version := (SELECT i.rules_version + 1 FROM hg_installation AS i);
    RETURN NEW;
END
$hg__take_module$;

REVOKE ALL ON FUNCTION hg__take_module FROM public;

CREATE OR REPLACE TRIGGER hg_modules_take
BEFORE INSERT OR UPDATE ON hg_modules
FOR EACH ROW EXECUTE FUNCTION hg__take_module();
