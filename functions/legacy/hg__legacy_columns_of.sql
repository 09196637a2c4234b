-- The older application's columns of a row of users, as one object.
-- Writes: nothing. Calls: hg__legacy_row_expression, hg__legacy_mirrored_columns. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_columns_of(p_row users) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_columns_of$
DECLARE
    v_columns jsonb;
BEGIN
    EXECUTE format( -- dynamic: which columns users has
        'SELECT %s FROM (SELECT ($1).*) AS t',
        hg__legacy_row_expression('users', hg__legacy_mirrored_columns())
    )
    INTO v_columns
    USING p_row;
    RETURN v_columns;
END
$hg__legacy_columns_of$;

REVOKE ALL ON FUNCTION hg__legacy_columns_of FROM public;
