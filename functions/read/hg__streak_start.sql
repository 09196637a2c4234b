-- The first day of the streak that ended on p_last: as many active days back as it counts, of those
-- that add to a streak (scheduled and not paused; the day it began always does). NULL: earlier than
-- the days given.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__streak_start(
    p_last date, p_streak_days integer, p_active date[], p_begun date[],
    p_pauses datemultirange, p_weekdays smallint[]
) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__streak_start$
BEGIN
    RETURN (
        SELECT a.day
        FROM unnest(p_active) AS a (day)
        WHERE a.day <= p_last
        AND (
            (
                extract(ISODOW FROM a.day)::smallint = ANY (p_weekdays)
                AND NOT p_pauses @> a.day
            )
            OR a.day = ANY (p_begun)
        )
        ORDER BY a.day DESC
        OFFSET greatest(p_streak_days - 1, 0)
        LIMIT 1
    );
END
$hg__streak_start$;

REVOKE ALL ON FUNCTION hg__streak_start FROM public;
