-- The days of the calendar that the ledger knows of: o_active, those with an activity that counted
-- for its day, a bit each, p_first the lowest; o_since, the first of them; o_earlier, whether there
-- was any such activity before the calendar. p_plain: nothing was reversed, and nothing folded by
-- a retention.
-- Writes: nothing. Calls: hg__reversed. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__active_days(
    p_user_id users.id%TYPE, p_first date, p_last date, p_plain boolean,
    OUT o_active bigint, OUT o_since date, OUT o_earlier boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__active_days$
DECLARE
    -- No zone and no day start is further than this from UTC's day: the index can be used.
    v_from timestamptz := (p_first - 2)::timestamp AT TIME ZONE 'UTC';
    v_reversed uuid[] := '{}';
BEGIN
    IF NOT p_plain THEN
        v_reversed := hg__reversed(p_user_id);
    END IF;
    SELECT
        coalesce(bit_or(1::bigint << (l.local_day - p_first)), 0),
        min(l.local_day),
        EXISTS (
            SELECT FROM hg_ledger AS e
            WHERE e.user_id = p_user_id AND e.occurred_at < v_from + interval '4 days'
            AND e.kind = 'activity' AND NOT e.too_late AND e.local_day < p_first
            AND e.id <> ALL (v_reversed)
        )
    INTO o_active, o_since, o_earlier
    FROM hg_ledger AS l
    WHERE l.user_id = p_user_id AND l.occurred_at >= v_from
    AND l.kind = 'activity' AND NOT l.too_late AND l.local_day BETWEEN p_first AND p_last
    AND l.id <> ALL (v_reversed);
    IF NOT (p_plain OR o_earlier) THEN
        -- What retention has folded lies before any calendar.
        o_earlier := EXISTS (
            SELECT FROM hg_ledger AS l
            WHERE l.user_id = p_user_id AND l.kind = 'retention'
            AND l.document #>> '{global_stats,activity_date}' IS NOT NULL
        );
    END IF;
END
$hg__active_days$;

REVOKE ALL ON FUNCTION hg__active_days FROM public;
