-- The number that a JSON number or a text stands for, as verify reads it: a text is one when it is
-- written plainly, a sign and a fraction at most, blanks around it; NULL: it is none. Of a text
-- with very many digits something just as large.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_number(p_value jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE jsonb_typeof(p_value)
    WHEN 'number' THEN p_value::numeric
    WHEN 'string' THEN CASE
        WHEN (p_value #>> '{}') !~ '^ *[+-]?[0-9]+(\.[0-9]+)? *$' THEN NULL
        WHEN length(p_value #>> '{}') <= 100 THEN (p_value #>> '{}')::numeric
        ELSE
            CASE WHEN (p_value #>> '{}') ~ '^ *-' THEN -1 ELSE 1 END
            * CASE
                WHEN length(substring(p_value #>> '{}' FROM '^[ +-]*0*([0-9]*)')) > 40
                    THEN 1e40
                ELSE (
                    '0' || substring(p_value #>> '{}' FROM '^[ +-]*0*([0-9]*)')
                    || coalesce(left(substring(p_value #>> '{}' FROM '\.[0-9]+'), 1000), '')
                )::numeric
            END
    END
END;

REVOKE ALL ON FUNCTION hg__legacy_seen_number FROM public;
