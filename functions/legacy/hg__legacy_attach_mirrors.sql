-- Attaches the triggers that keep the older columns of users equal to the document, where there are
-- such columns.
-- Writes: nothing. Calls: hg__legacy_mirrored_columns. Raises: 55P03 (lock_timeout).
CREATE OR REPLACE FUNCTION hg__legacy_attach_mirrors() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_attach_mirrors$
DECLARE
    v_columns text := (
        SELECT string_agg(format('%I', c.name), ', ')
        FROM unnest(hg__legacy_mirrored_columns()) AS c (name)
    );
BEGIN
    IF v_columns IS NULL THEN
        RETURN;
    END IF;
    CREATE OR REPLACE TRIGGER users_mirror_columns
    BEFORE UPDATE OF hidden_grade_asset ON users
    FOR EACH ROW EXECUTE FUNCTION hg__users_mirror_columns();

    CREATE OR REPLACE TRIGGER users_take_inserted
    AFTER INSERT ON users
    FOR EACH ROW EXECUTE FUNCTION hg__users_take_inserted();

    -- @plpgsql_check_options: security_warnings = off
    EXECUTE format( -- dynamic: which columns users has
        'CREATE OR REPLACE TRIGGER users_take_columns BEFORE UPDATE OF %s ON users '
        'FOR EACH ROW EXECUTE FUNCTION hg__users_take_columns()', v_columns
    );
END
$hg__legacy_attach_mirrors$;

REVOKE ALL ON FUNCTION hg__legacy_attach_mirrors FROM public;
