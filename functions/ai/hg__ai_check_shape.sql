-- Where a value departs from a schema of hg__ai_schema, as a problem; NULL: nowhere. p_shared: the
-- schema's $defs.
-- Writes: nothing. Calls: itself, hg__ai_check_quote. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__ai_check_shape(
    p_path text, p_value jsonb, p_schema jsonb, p_shared jsonb
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_check_shape$
DECLARE
    v_schema jsonb := coalesce(p_shared -> split_part(p_schema ->> '$ref', '/', 3), p_schema);
    v_type text := v_schema ->> 'type';
    v_key text;
    v_item jsonb;
    v_place integer := 0;
    v_problem text;
BEGIN
    IF p_value IS NULL THEN
        RETURN format('schema: %s is missing', p_path);
    ELSIF jsonb_typeof(p_value) <> v_type THEN
        RETURN format('schema: %s must be of type %s', p_path, v_type);
    ELSIF NOT v_schema -> 'enum' ? (p_value #>> '{}') THEN
        RETURN format(
            'name: %s: %s is none of those the input has',
            p_path, hg__ai_check_quote(p_value #>> '{}')
        );
    END IF;

    IF v_type = 'object' THEN
        FOR v_key IN SELECT k.key FROM jsonb_object_keys(p_value) AS k (key) LOOP
            IF NOT v_schema -> 'properties' ? v_key THEN
                RETURN format(
                    'schema: %s has the unknown key %s', p_path, hg__ai_check_quote(v_key)
                );
            END IF;
        END LOOP;
        FOR v_key, v_item IN
            SELECT p.key, p.value FROM jsonb_each(v_schema -> 'properties') AS p
        LOOP
            v_problem := hg__ai_check_shape(
                concat_ws('.', nullif(p_path, '$'), v_key), p_value -> v_key, v_item, p_shared
            );
            EXIT WHEN v_problem IS NOT NULL;
        END LOOP;
    ELSIF v_type = 'array' THEN
        FOR v_item IN SELECT i.value FROM jsonb_array_elements(p_value) AS i (value) LOOP
            v_problem := hg__ai_check_shape(
                format('%s[%s]', p_path, v_place), v_item, v_schema -> 'items', p_shared
            );
            EXIT WHEN v_problem IS NOT NULL;
            v_place := v_place + 1;
        END LOOP;
    END IF;
    RETURN v_problem;
END
$hg__ai_check_shape$;

REVOKE ALL ON FUNCTION hg__ai_check_shape FROM public;
