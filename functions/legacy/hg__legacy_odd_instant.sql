-- The instant that a JSON text in any form of ISO 8601's calendar dates stands for, without a zone
-- in UTC; what is finer than microseconds is cut. NULL: it is none, or none of the years 1 to 9999.
-- Writes: nothing. Calls: hg__is_day. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_odd_instant(p_value jsonb) RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_odd_instant$
DECLARE
    v_text text := p_value #>> '{}';
    v_instant timestamptz;
BEGIN
    IF jsonb_typeof(p_value) <> 'string' OR NOT hg__is_day(left(v_text, 10))
        OR substr(v_text, 11) !~ '^([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]+)?)?'
        '(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?)?$'
    THEN
        RETURN NULL;
    END IF;

    v_text := regexp_replace(replace(v_text, ',', '.'), '(\.[0-9]{6})[0-9]+', '\1');
    v_instant := CASE
        WHEN length(v_text) = 10 THEN v_text || 'T00:00Z'
        WHEN substr(v_text, 11) ~ '[Z+-]' THEN v_text
        ELSE v_text || 'Z'
    END;
    RETURN CASE
        WHEN v_instant >= '0001-01-01T00:00Z' AND v_instant < '10000-01-01T00:00Z' THEN v_instant
    END;
END
$hg__legacy_odd_instant$;

REVOKE ALL ON FUNCTION hg__legacy_odd_instant FROM public;
