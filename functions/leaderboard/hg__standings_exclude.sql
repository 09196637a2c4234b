-- Marks who has no rank: those for whom the column that leaderboard_exclude_column names is true.
-- Without that setting, or where the column has gone, nobody.
-- Writes: hg_standings. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__standings_exclude() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__standings_exclude$
DECLARE
    v_column name := (
        SELECT a.attname
        FROM hg_settings AS s
        INNER JOIN pg_attribute AS a ON s.value #>> '{}' = a.attname
        WHERE s.name = 'leaderboard_exclude_column' AND a.attrelid = 'users'::regclass
        AND a.atttypid = 'boolean'::regtype AND a.attnum > 0 AND NOT a.attisdropped
    );
BEGIN
    IF v_column IS NULL THEN
        UPDATE hg_standings AS s SET excluded = false WHERE s.excluded;
        RETURN;
    END IF;
    EXECUTE format( -- dynamic: the setting names the column
        'UPDATE hg_standings AS s SET excluded = NOT s.excluded
        WHERE s.excluded <> (s.user_id IN (SELECT u.id FROM users AS u WHERE u.%I))',
        v_column
    );
END
$hg__standings_exclude$;

REVOKE ALL ON FUNCTION hg__standings_exclude FROM public;
