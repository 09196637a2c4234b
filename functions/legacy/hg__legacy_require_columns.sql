-- Refuses where columns of users could not follow the document after the cutover.
-- Writes: nothing. Calls: hg__legacy_narrow_columns, hg__legacy_refuse. Raises: 55000.
CREATE OR REPLACE FUNCTION hg__legacy_require_columns() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_require_columns$
DECLARE
    v_problems text;
    v_remedies text;
BEGIN
    SELECT string_agg(n.o_problem || '.', ' '), string_agg(n.o_remedy, ', ')
    INTO v_problems, v_remedies
    FROM hg__legacy_narrow_columns() AS n;
    IF v_problems IS NOT NULL THEN
        PERFORM hg__legacy_refuse(
            v_problems,
            CASE
                -- The marks name the columns, and a column so named keeps its type.
                WHEN (SELECT i.state <> 'pending' FROM hg_installation AS i)
                    THEN 'Run make rollback, then '
                ELSE 'Run '
            END || format('ALTER TABLE users %s; then make import.', v_remedies)
        );
    END IF;
END
$hg__legacy_require_columns$;

REVOKE ALL ON FUNCTION hg__legacy_require_columns FROM public;
