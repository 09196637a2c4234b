-- Whether a list of a catalog row is a plain one of bounded, distinct entries that fit a pattern.
-- Writes: nothing. Calls: hg__check_failed. Raises: 22023.
CREATE OR REPLACE FUNCTION hg__check_list(
    p_column text, p_list text[], p_most integer, p_longest integer, p_pattern text,
    p_domain text
) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__check_list$
DECLARE
    v_what text := 'hg_modules.' || p_column;
    v_domain text := format(
        'a plain list of at most %s different entries of at most %s characters: %s',
        p_most, p_longest, p_domain
    );
    v_entry text;
BEGIN
    IF cardinality(p_list) > p_most OR array_ndims(p_list) > 1 OR array_lower(p_list, 1) <> 1 THEN
        PERFORM hg__check_failed(
            v_what, p_column,
            format('of %s entries, dimensions %s', cardinality(p_list), array_dims(p_list)),
            v_domain
        );
    END IF;
    FOR v_place IN 1 .. coalesce(cardinality(p_list), 0) LOOP
        v_entry := p_list[v_place];
        IF (
            v_entry ~ p_pattern AND length(v_entry) <= p_longest
            AND v_entry <> ALL (p_list[1 : v_place - 1])
        ) IS NOT TRUE THEN
            PERFORM hg__check_failed(
                v_what, format('%s[%s]', p_column, v_place), to_json(v_entry)::text, v_domain
            );
        END IF;
    END LOOP;
END
$hg__check_list$;

REVOKE ALL ON FUNCTION hg__check_list FROM public;
