-- The way a learner goes through the modules: from the one with the most sessions along the most
-- frequent kept transition to a module not yet in the list; ties go to the first in the alphabet.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__learning_sequence(p_modules jsonb, p_pairs jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__learning_sequence$
DECLARE
    v_module text;
    v_sequence text[] := '{}';
BEGIN
    SELECT m.module INTO v_module
    FROM jsonb_each(p_modules) AS m (module, block)
    WHERE (m.block #>> '{progress,sessions_completed}')::integer > 0
    ORDER BY
        (m.block #>> '{progress,sessions_completed}')::integer DESC, m.module COLLATE "C"
    LIMIT 1;

    WHILE v_module IS NOT NULL LOOP
        v_sequence := v_sequence || v_module;
        SELECT split_part(p.pair, '>', 2) INTO v_module
        FROM jsonb_each(p_pairs) AS p (pair, counts)
        WHERE split_part(p.pair, '>', 1) = v_module
        AND split_part(p.pair, '>', 2) <> ALL (v_sequence)
        ORDER BY (p.counts ->> 'count')::integer DESC, p.pair COLLATE "C"
        LIMIT 1;
    END LOOP;
    RETURN to_jsonb(v_sequence);
END
$hg__learning_sequence$;

REVOKE ALL ON FUNCTION hg__learning_sequence FROM public;
