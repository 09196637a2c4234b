-- Raises the error of the first bad item, if there is one, as its own call would have raised it.
-- Writes: nothing. Calls: nothing. Raises: 22023, LG404, LG405, LG409, LG422.
CREATE OR REPLACE FUNCTION hg__raise_first_error(p_outcomes hg_activity_outcome[]) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__raise_first_error$
DECLARE
    v_first hg_activity_outcome;
BEGIN
    SELECT o.* INTO v_first
    FROM unnest(p_outcomes) AS o
    WHERE o.error_code IS NOT NULL
    ORDER BY o.ordinal
    LIMIT 1;
    IF found THEN
        RAISE EXCEPTION '%', v_first.error_message USING
            ERRCODE = v_first.error_code,
            DETAIL = format('Item %s: %s', v_first.ordinal, v_first.error_detail),
            HINT = v_first.error_hint;
    END IF;
END
$hg__raise_first_error$;

REVOKE ALL ON FUNCTION hg__raise_first_error FROM public;
