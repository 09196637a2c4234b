-- The way a learner goes through the modules: from the first of p_sequence along the most frequent
-- kept transition to a module not yet in the list. p_pairs: the most frequent first.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__way_on(p_sequence text[], p_pairs text[]) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__way_on$
DECLARE
    v_pair text;
    v_last text := p_sequence[1];
BEGIN
    WHILE v_last IS NOT NULL LOOP
        v_last := NULL;
        FOREACH v_pair IN ARRAY p_pairs LOOP
            IF starts_with(v_pair, p_sequence[cardinality(p_sequence)] || '>')
                AND split_part(v_pair, '>', 2) <> ALL (p_sequence)
            THEN
                v_last := split_part(v_pair, '>', 2);
                p_sequence := p_sequence || v_last;
                EXIT;
            END IF;
        END LOOP;
    END LOOP;
    RETURN p_sequence;
END
$hg__way_on$;

REVOKE ALL ON FUNCTION hg__way_on FROM public;
