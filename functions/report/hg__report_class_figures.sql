-- A class at a glance.
-- Writes: nothing. Calls: hg__report_card, hg__report_value, hg__report_number,
-- hg__report_share. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_class_figures(p_class jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_class_figures$
DECLARE
    v record;
BEGIN
    SELECT
        count(*) AS learners,
        count(*) FILTER (
            WHERE l.today - (l.stats ->> 'activity_date')::date < 7
        ) AS active,
        count(*) FILTER (WHERE l.attention IS NOT NULL) AS attention,
        coalesce(sum((l.stats ->> 'total_questions_answered')::bigint), 0) AS questions,
        coalesce(sum((l.stats ->> 'total_correct_answers')::bigint), 0) AS correct,
        sum(jsonb_array_length(jsonb_path_query_array(l.modules, '$.* ? (@.mastered == true)')))
        AS mastered,
        sum((SELECT count(*) FROM jsonb_object_keys(l.modules))) AS tried
    INTO v
    FROM jsonb_to_recordset(p_class) AS l (
        stats jsonb, today date, attention text, modules jsonb
    );
    RETURN concat(
        '<dl class="figures">',
        hg__report_card('Learners', hg__report_value(
            'class.learners', v.learners::text, hg__report_number(v.learners)
        ), 'in this class'),
        hg__report_card('Active', hg__report_value(
            'class.active', v.active::text, hg__report_number(v.active)
        ), 'in the last 7 days'),
        hg__report_card('Need attention', hg__report_value(
            'class.attention', v.attention::text, hg__report_number(v.attention)
        ), 'for a reason given below'),
        hg__report_card('Accuracy', hg__report_share(
            'class.correct', 'class.questions', v.correct::bigint, v.questions::bigint
        ), 'of all questions'),
        hg__report_card('Questions', hg__report_value(
            'class.questions', v.questions::text, hg__report_number(v.questions::bigint)
        ), 'answered'),
        hg__report_card('Mastered', hg__report_value(
            'class.mastered', v.mastered::text, hg__report_number(v.mastered::bigint)
        ), 'of ' || hg__report_number(v.tried::bigint) || ' modules tried'),
        '</dl>'
    );
END
$hg__report_class_figures$;

REVOKE ALL ON FUNCTION hg__report_class_figures FROM public;
