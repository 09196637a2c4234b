-- The instant that a JSON text stands for, as verify reads it: a calendar date of ISO 8601, alone
-- (its midnight) or with a time, without a zone in UTC, cut to microseconds; NULL: it is none, or
-- none of the years 1 to 9999.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_instant(p_value jsonb) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_seen_instant$
DECLARE
    v_part text[];
    v_local timestamp;
    v_instant timestamp;
BEGIN
    IF jsonb_typeof(p_value) IS DISTINCT FROM 'string' THEN
        RETURN NULL;
    END IF;
    v_part := regexp_match(
        p_value #>> '{}',
        '^([0-9]{4})-([0-9]{2})-([0-9]{2})'
        '(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,6})[0-9]*)?)?'
        '(?:Z|([+-])([0-9]{2})(?::?([0-9]{2}))?)?)?$'
    );
    -- Parts: year, month, day, hour, minute, second, its fraction, sign, hours and minutes east.
    IF v_part IS NULL OR v_part[1] = '0000' OR v_part[2] NOT BETWEEN '01' AND '12'
        OR v_part[3] = '00' OR v_part[4] > '23' OR v_part[5] > '59' OR v_part[6] > '59'
        OR v_part[9] > '15' OR v_part[10] > '59'
    THEN
        RETURN NULL;
    END IF;
    v_local := make_date(v_part[1]::integer, v_part[2]::integer, 1)
        + (v_part[3]::integer - 1) * interval '1 day';
    IF to_char(v_local, 'MM') <> v_part[2] THEN
        RETURN NULL;
    END IF;

    v_instant := v_local + make_interval(
        hours => coalesce(v_part[4]::integer, 0),
        mins => coalesce(v_part[5]::integer, 0),
        secs => coalesce(v_part[6]::integer, 0)
    )
    + coalesce(rpad(v_part[7], 6, '0')::integer, 0) * interval '1 microsecond'
    - CASE v_part[8] WHEN '-' THEN -1 ELSE 1 END * make_interval(
        hours => coalesce(v_part[9]::integer, 0), mins => coalesce(v_part[10]::integer, 0)
    );
    IF v_instant >= '0001-01-01' AND v_instant < '10000-01-01' THEN
        RETURN v_instant AT TIME ZONE 'UTC';
    END IF;
    RETURN NULL;
END
$hg__legacy_seen_instant$;

REVOKE ALL ON FUNCTION hg__legacy_seen_instant FROM public;
