-- The way a learner goes through the modules: from the one with the most sessions along the most
-- frequent kept transition to a module not yet in the list; ties go to the first in the alphabet.
-- Writes: nothing. Calls: hg__is_block, hg__way_on. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__learning_sequence(p_modules jsonb, p_pairs jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__learning_sequence$
DECLARE
    v_sequence text[];
    v_pairs text[];  -- the most frequent first
BEGIN
    v_sequence := ARRAY(
        SELECT m.module
        FROM jsonb_each(p_modules) AS m (module, block)
        WHERE CASE
            WHEN hg__is_block(m.block)
                THEN (m.block #>> '{progress,sessions_completed}')::integer > 0
        END
        ORDER BY
            (m.block #>> '{progress,sessions_completed}')::integer DESC, m.module COLLATE "C"
        LIMIT 1
    );
    IF v_sequence = '{}' OR p_pairs = '{}' THEN
        RETURN to_jsonb(v_sequence);
    END IF;

    v_pairs := ARRAY(
        SELECT p.pair
        FROM jsonb_each(p_pairs) AS p (pair, counts)
        ORDER BY (p.counts ->> 'count')::integer DESC, p.pair COLLATE "C"
    );
    RETURN to_jsonb(hg__way_on(v_sequence, v_pairs));
END
$hg__learning_sequence$;

REVOKE ALL ON FUNCTION hg__learning_sequence FROM public;
