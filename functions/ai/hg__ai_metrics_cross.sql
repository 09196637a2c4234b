-- What an analysis across modules is told beside totals and modules: the twelve most frequent pairs
-- of modules that were tried, the twenty bridge concepts with the most questions, of their modules
-- the first four, and the module recommended next.
-- Writes: nothing. Calls: hg_cross_module. Raises: 55000, LG404, LG422 (hg_cross_module).
CREATE OR REPLACE FUNCTION hg__ai_metrics_cross(
    p_user_id users.id%TYPE, p_tried jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__ai_metrics_cross$
DECLARE
    v_cross jsonb := hg_cross_module(p_user_id);
BEGIN
    RETURN jsonb_build_object(
        'pairs', (
            SELECT coalesce(jsonb_object_agg(
                p.figures ->> 'pair', p.figures - '{pair,from,to}'::text[]
            ), '{}')
            FROM (
                SELECT e.figures
                FROM jsonb_array_elements(v_cross -> 'pairs') AS e (figures)
                WHERE p_tried ?& ARRAY[e.figures ->> 'from', e.figures ->> 'to']
                ORDER BY
                    (e.figures ->> 'count')::bigint DESC, e.figures ->> 'pair' COLLATE "C"
                LIMIT 12
            ) AS p
        ),
        'bridge_concepts', (
            SELECT coalesce(jsonb_object_agg(
                c.figures ->> 'concept', c.figures - 'concept' || jsonb_build_object('modules', (
                    SELECT jsonb_agg(m.module ORDER BY m.place)
                    FROM jsonb_array_elements_text(
                        c.figures -> 'modules'
                    ) WITH ORDINALITY AS m (module, place)
                    WHERE m.place <= 4
                ))
            ), '{}')
            FROM (
                SELECT e.figures
                FROM jsonb_array_elements(v_cross -> 'bridge_concepts') AS e (figures)
                ORDER BY
                    (e.figures ->> 'questions')::bigint DESC,
                    e.figures ->> 'concept' COLLATE "C"
                LIMIT 20
            ) AS c
        ),
        -- Not its because: a text has figures of its own.
        'next_module', CASE jsonb_typeof(v_cross -> 'next_module')
            WHEN 'object' THEN (v_cross -> 'next_module') - 'because'
        END
    );
END
$hg__ai_metrics_cross$;

REVOKE ALL ON FUNCTION hg__ai_metrics_cross FROM public;
