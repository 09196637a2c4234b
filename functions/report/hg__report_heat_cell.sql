-- A cell of the heat table: accuracy, mastery and grade of a learner in a module, which may not
-- have been played (NULL).
-- Writes: nothing. Calls: hg__report_percent, hg__report_grade, hg__report_cell,
-- hg__report_label, hg__html, hg__report_value. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_heat_cell(p_module text, p_figures jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_heat_cell$
DECLARE
    v_percent integer := hg__report_percent(
        (p_figures ->> 'correct')::bigint, (p_figures ->> 'questions')::bigint
    );
    v_mastered boolean := p_figures -> 'mastered';
    v_marks text := concat_ws(
        ' ',
        CASE WHEN v_mastered THEN 'M' END,
        CASE WHEN p_figures ->> 'grade' IS NOT NULL
            THEN 'g' || hg__report_grade(p_figures ->> 'grade')
        END
    );
BEGIN
    IF p_figures IS NULL THEN
        RETURN hg__report_cell(
            hg__report_label(p_module),
            '<span aria-hidden="true">-</span><span class="sr">not played</span>', 'none'
        );
    END IF;
    RETURN hg__report_cell(
        hg__report_label(p_module),
        '<span data-cell="' || hg__html(p_module) || '">' || hg__report_value(
            'correct/questions', v_percent::text, coalesce(v_percent || '%', '-')
        ) || ' <span class="note">' || v_marks || '</span></span>',
        CASE
            WHEN v_mastered THEN 'won'
            WHEN v_percent >= 80 THEN 'high'
            WHEN v_percent >= 50 THEN 'mid'
            ELSE 'low'
        END
    );
END
$hg__report_heat_cell$;

REVOKE ALL ON FUNCTION hg__report_heat_cell FROM public;
