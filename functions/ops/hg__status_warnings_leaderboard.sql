-- What somebody should look at in the leaderboard. p_leaderboard is the answer of
-- hg__status_leaderboard.
-- Writes: nothing. Calls: hg__warning. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_warnings_leaderboard(p_leaderboard jsonb) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_warnings_leaderboard$
DECLARE
    c_old CONSTANT integer := 86400;
    v_column text := (
        SELECT s.value #>> '{}' FROM hg_settings AS s WHERE s.name = 'leaderboard_exclude_column'
    );
BEGIN
    RETURN array_remove(
        ARRAY[
            CASE WHEN (p_leaderboard ->> 'age_seconds')::numeric > c_old
                THEN hg__warning('leaderboard', 'look', format(
                    'the leaderboard is of %s: schedule hg_refresh_leaderboard()',
                    p_leaderboard ->> 'as_of'
                )) END,
            CASE WHEN v_column IS NOT NULL AND NOT EXISTS (
                SELECT FROM pg_attribute AS a
                WHERE a.attrelid = 'users'::regclass AND a.attname = v_column
                AND a.atttypid = 'boolean'::regtype AND a.attnum > 0 AND NOT a.attisdropped
            )
                THEN hg__warning('leaderboard', 'look', format(
                    'users has no boolean column %s, so everybody has a rank: give another one to '
                    'the setting leaderboard_exclude_column, or null', v_column
                )) END
        ],
        NULL
    );
END
$hg__status_warnings_leaderboard$;

REVOKE ALL ON FUNCTION hg__status_warnings_leaderboard FROM public;
