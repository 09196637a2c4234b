-- The number that a JSON number stands for, or a text that is written as one, a sign and a fraction
-- at most; NULL: it is none. A text of more than 100,000 characters is none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_number(p_value jsonb) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN CASE jsonb_typeof(p_value)
    WHEN 'number' THEN p_value::numeric
    WHEN 'string' THEN CASE
        WHEN
            length(p_value #>> '{}') <= 100000
            AND btrim(p_value #>> '{}') ~ '^[+-]?[0-9]+(\.[0-9]+)?$'
            THEN btrim(p_value #>> '{}')::numeric
    END
END;

REVOKE ALL ON FUNCTION hg__legacy_number FROM public;
