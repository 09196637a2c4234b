-- One value of an old document or column as its kind demands, and what was wrong with it; both are
-- NULL for what is not there. o_value NULL: it cannot be read, and counts as missing.
-- Writes: nothing. Calls: hg__legacy_mended_number, hg__legacy_mended_override,
-- hg__legacy_instant, hg__exact_instant_text, hg__is_day, hg__time_zone_problem. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_mended_value(
    p_value jsonb, p_kind text, p_lowest integer, p_highest integer,
    OUT o_value jsonb, OUT o_repair text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_mended_value$
DECLARE
    v_type text := coalesce(jsonb_typeof(p_value), 'null');
    v_text text := p_value #>> '{}';
BEGIN
    IF v_type = 'null' THEN
        RETURN;
    ELSIF p_kind IN ('number', 'grade') THEN
        SELECT m.o_value, m.o_repair INTO o_value, o_repair
        FROM hg__legacy_mended_number(p_value, p_kind, p_lowest, p_highest) AS m;
    ELSIF p_kind = 'instant' THEN
        o_value := to_jsonb(hg__exact_instant_text(hg__legacy_instant(p_value)));
        o_repair := CASE WHEN o_value IS NULL THEN 'no_date' END;
    ELSIF p_kind = 'day' THEN
        o_value := CASE WHEN v_type = 'string' AND hg__is_day(v_text) THEN p_value END;
        o_repair := CASE WHEN o_value IS NULL THEN 'no_date' END;
    ELSIF p_kind = 'boolean' THEN
        o_value := CASE
            WHEN v_type = 'boolean' THEN p_value
            WHEN v_type = 'string' AND lower(btrim(v_text) COLLATE "C") IN ('true', 'false')
                THEN lower(btrim(v_text) COLLATE "C")::jsonb
        END;
        o_repair := CASE
            WHEN o_value IS NULL THEN 'unreadable'
            WHEN v_type = 'string' THEN 'text'
        END;
    ELSIF p_kind = 'override' AND v_type = 'object' THEN
        o_value := hg__legacy_mended_override(p_value);
        o_repair := CASE WHEN o_value IS NULL THEN 'unreadable' END;
    ELSIF p_kind IN ('object', 'override') THEN
        o_value := CASE WHEN v_type = 'object' THEN p_value END;
        o_repair := CASE WHEN o_value IS NULL THEN 'no_object' END;
    ELSIF p_kind = 'concepts' THEN
        -- What is no string among them is passed over when they are joined.
        o_value := CASE WHEN v_type IN ('string', 'array') THEN p_value END;
        o_repair := CASE
            WHEN o_value IS NULL OR jsonb_path_exists(
                p_value, 'strict $[*] ? (@.type() != "string")', silent => true
            )
                THEN 'unreadable'
        END;
    ELSE
        o_value := CASE
            WHEN p_kind IN ('array', 'string') AND v_type = p_kind THEN p_value
            WHEN v_type <> 'string' THEN NULL
            WHEN p_kind = 'results' AND v_text ~ '^[01]{0,10}$' THEN p_value
            WHEN p_kind = 'source' AND v_text IN ('openai', 'rules', 'legacy', '') THEN p_value
            WHEN p_kind = 'time zone' AND hg__time_zone_problem(v_text) IS NULL THEN p_value
        END;
        o_repair := CASE WHEN o_value IS NULL THEN 'unreadable' END;
    END IF;
END
$hg__legacy_mended_value$;

REVOKE ALL ON FUNCTION hg__legacy_mended_value FROM public;
