-- The modules of a class, the hardest first; hard is one in which the class answers fewer questions
-- right than a good session takes. NULL where none was played.
-- Writes: nothing. Calls: hg__html, hg__report_label, hg__report_cell, hg__report_share,
-- hg__report_meter, hg__report_percent, hg__report_value, hg__report_number, hg__report_table.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_class_modules(
    p_class jsonb, p_rules_version integer
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_class_modules$
DECLARE
    v_rows text;
BEGIN
    SELECT string_agg(
        '<tr role="row" data-module="' || hg__html(m.module)
        || '"><th scope="row" role="rowheader">' || hg__html(hg__report_label(m.module)) || '</th>'
        || hg__report_cell(
            'Accuracy',
            hg__report_share('correct', 'questions', m.correct, m.questions)
            || coalesce(hg__report_meter(hg__report_percent(m.correct, m.questions)), '')
        )
        || hg__report_cell('Questions', hg__report_value(
            'questions', m.questions::text, hg__report_number(m.questions)
        ))
        || hg__report_cell('Learners', hg__report_value(
            'learners', m.learners::text, hg__report_number(m.learners)
        ))
        || hg__report_cell('Mastered by', hg__report_value(
            'mastered', m.mastered::text, hg__report_number(m.mastered)
        ))
        || hg__report_cell('For the class', CASE
            WHEN 100 * m.correct < m.good_percent * m.questions THEN
                '<span class="tag care">Hard</span> below ' || m.good_percent || '% correct'
            ELSE 'goes well'
        END, 'full')
        || '</tr>',
        E'\n' ORDER BY m.correct::numeric / nullif(m.questions, 0), m.module COLLATE "C"
    )
    INTO v_rows
    FROM (
        SELECT
            r.module,
            r.good_percent,
            count(*) AS learners,
            count(*) FILTER (WHERE f.mastered) AS mastered,
            sum(f.questions)::bigint AS questions,
            sum(f.correct)::bigint AS correct
        FROM jsonb_to_recordset(p_class) AS l (modules jsonb)
        CROSS JOIN LATERAL jsonb_each(l.modules) AS e
        CROSS JOIN LATERAL jsonb_to_record(e.value) AS f (
            mastered boolean, questions bigint, correct bigint
        )
        INNER JOIN hg_rules AS r ON r.rules_version = p_rules_version AND e.key = r.module
        GROUP BY r.module, r.good_percent
    ) AS m;
    RETURN hg__report_table(
        'stack', 'The hardest first; the figures are of the whole class.',
        '{Module,Accuracy,Questions,Learners,Mastered by,For the class}', v_rows
    );
END
$hg__report_class_modules$;

REVOKE ALL ON FUNCTION hg__report_class_modules FROM public;
