-- JSON with its camelCase keys in snake_case at any depth; a key that is there in snake_case wins,
-- of two in camelCase the first in the alphabet. It works on the text, where a key is what
-- stands in quotes after a brace or a blank and before a colon: no recursion, so no limit of depth.
-- Writes: nothing. Calls: hg__legacy_snake, hg__legacy_unique_keys. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_snake_keys(p_value jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_snake_keys$
DECLARE
    c_key CONSTANT text := '(?<=[{ ])"([a-z][A-Za-z0-9_]*[A-Z][A-Za-z0-9_]*)": ';
    v_text text := p_value::text;
    v_new text;
    v_ambiguous boolean;
BEGIN
    IF v_text !~ c_key THEN
        RETURN p_value;
    END IF;
    -- A key in snake_case comes later in the text than one in camelCase: of equal keys the last
    -- counts.
    SELECT
        string_agg(
            p.piece || coalesce('"' || hg__legacy_snake(p.found[1]) || '": ', ''), ''
            ORDER BY p.place
        ),
        count(DISTINCT p.found[1]) > count(DISTINCT hg__legacy_snake(p.found[1]))
    INTO v_new, v_ambiguous
    FROM ROWS FROM (
        regexp_split_to_table(v_text, c_key), regexp_matches(v_text, c_key, 'g')
    ) WITH ORDINALITY AS p (piece, found, place);
    IF v_ambiguous AND hg__legacy_unique_keys(p_value) <> p_value THEN
        RETURN hg__legacy_snake_keys(hg__legacy_unique_keys(p_value));
    END IF;
    RETURN v_new::jsonb;
END
$hg__legacy_snake_keys$;

REVOKE ALL ON FUNCTION hg__legacy_snake_keys FROM public;
