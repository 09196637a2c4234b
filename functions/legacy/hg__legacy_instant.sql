-- The instant that a JSON value stands for, without a zone in UTC; NULL: it is none. The forms that
-- the application and PostgreSQL write are read at once.
-- Writes: nothing. Calls: hg__legacy_odd_instant. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_instant(p_value jsonb) RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE
    WHEN
        (p_value #>> '{}') ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-([01][1-9]|10|2[0-8])'
        'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z?$'
        THEN (p_value #>> '{}')::timestamp AT TIME ZONE 'UTC'
    ELSE hg__legacy_odd_instant(p_value)
END;

REVOKE ALL ON FUNCTION hg__legacy_instant FROM public;
