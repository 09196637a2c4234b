-- Learners by modules, the modules of the catalog with the most sessions first, fourteen at the
-- most; NULL where nothing was played.
-- Writes: nothing. Calls: hg__html, hg__report_heat_cell, hg__report_label, hg__report_table.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_heat(p_listed jsonb, p_rules_version integer) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_heat$
DECLARE
    v_modules text[] := ARRAY(
        SELECT e.key
        FROM jsonb_to_recordset(p_listed) AS l (modules jsonb)
        CROSS JOIN LATERAL jsonb_each(l.modules) AS e
        WHERE EXISTS (
            SELECT FROM hg_rules AS r
            WHERE r.rules_version = p_rules_version AND e.key = r.module
        )
        GROUP BY e.key
        ORDER BY sum((e.value ->> 'sessions')::bigint) DESC, e.key COLLATE "C"
        LIMIT 14
    );
BEGIN
    IF v_modules = '{}' THEN
        RETURN NULL;
    END IF;
    RETURN hg__report_table(
        'stack heat',
        'Share of correct answers. M: mastered; g3: works at grade 3; a dash: not played. The '
        || cardinality(v_modules) || ' modules played most.',
        ARRAY['Learner'] || ARRAY(
            SELECT hg__report_label(m.module)
            FROM unnest(v_modules) WITH ORDINALITY AS m (module, place)
            ORDER BY m.place
        ),
        (
            SELECT string_agg(
                '<tr role="row" data-learner="' || hg__html(l.id #>> '{}')
                || '"><th scope="row" role="rowheader"><bdi>' || hg__html(l.name)
                || '</bdi></th>' || c.cells || '</tr>',
                E'\n' ORDER BY l.place
            )
            FROM ROWS FROM (
                jsonb_to_recordset(p_listed) AS (id jsonb, name text, modules jsonb)
            ) WITH ORDINALITY AS l (id, name, modules, place)
            CROSS JOIN LATERAL (
                SELECT string_agg(
                    hg__report_heat_cell(m.module, l.modules -> m.module), '' ORDER BY m.place
                ) AS cells
                FROM unnest(v_modules) WITH ORDINALITY AS m (module, place)
            ) AS c
            WHERE l.modules <> '{}'
        )
    );
END
$hg__report_heat$;

REVOKE ALL ON FUNCTION hg__report_heat FROM public;
