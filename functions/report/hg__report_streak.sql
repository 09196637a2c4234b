-- What a streak stands at, in a sentence, and its calendar.
-- Writes: nothing. Calls: hg__report_value, hg__report_calendar. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_streak(p_streak jsonb, p_time_zone text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_streak$
DECLARE
    v_until text := to_char(
        (p_streak ->> 'expires_at')::timestamptz AT TIME ZONE p_time_zone, 'FMDD Mon, HH24:MI'
    );
    v_freezes text := p_streak ->> 'freezes';
BEGIN
    RETURN '<p>' || hg__report_value(
        'streak.status', p_streak ->> 'status',
        CASE p_streak ->> 'status'
            WHEN 'done_today' THEN 'Today is done.'
            WHEN 'at_risk' THEN 'A session today keeps the streak.'
            WHEN 'frozen' THEN 'Days were missed, and freezes cover them.'
            WHEN 'resting' THEN 'Today is a day off: the streak rests.'
            WHEN 'broken' THEN 'The streak has ended; the next session starts a new one.'
            ELSE 'The first session starts a streak.'
        END
    ) || coalesce(' Without another session it ends on ' || v_until || '.', '') || CASE
        WHEN v_freezes <> '0' THEN ' Freezes in hand: ' || hg__report_value(
            'streak.freezes', v_freezes, v_freezes
        ) || '.'
        ELSE ''
    END || E'</p>\n' || hg__report_calendar(p_streak -> 'days');
END
$hg__report_streak$;

REVOKE ALL ON FUNCTION hg__report_streak FROM public;
