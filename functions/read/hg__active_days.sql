-- The days of the calendar that the ledger knows of: o_active, those with an activity that counted
-- for its day; o_earlier, whether there was any such activity before the calendar.
-- Writes: nothing. Calls: hg__reversed. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__active_days(
    p_user_id users.id%TYPE, p_first date, p_last date,
    OUT o_active date[], OUT o_earlier boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__active_days$
DECLARE
    -- No zone and no day start is further than this from UTC's day: the index can be used.
    v_from timestamptz := (p_first - 2)::timestamp AT TIME ZONE 'UTC';
    v_reversed uuid[] := hg__reversed(p_user_id);
BEGIN
    SELECT array_agg(DISTINCT l.local_day)
    INTO o_active
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.occurred_at >= v_from
    AND l.kind = 'activity' AND NOT l.too_late AND l.local_day BETWEEN p_first AND p_last
    AND l.id <> ALL (v_reversed);

    o_earlier := EXISTS (
        SELECT FROM hg_ledger AS l
        WHERE l.user_id = p_user_id AND l.occurred_at < v_from + interval '4 days'
        AND l.kind = 'activity' AND NOT l.too_late AND l.local_day < p_first
        AND l.id <> ALL (v_reversed)
    ) OR EXISTS (
        -- What retention has folded lies before any calendar.
        SELECT FROM hg_ledger AS l
        WHERE l.user_id = p_user_id AND l.kind = 'retention'
        AND l.document #>> '{global_stats,activity_date}' IS NOT NULL
    );
END
$hg__active_days$;

REVOKE ALL ON FUNCTION hg__active_days FROM public;
