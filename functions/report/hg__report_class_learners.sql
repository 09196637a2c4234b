-- The learners of a class, a row each.
-- Writes: nothing. Calls: hg__html, hg__report_cell, hg__report_value, hg__report_day,
-- hg__report_number, hg__report_share, hg__report_table. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_class_learners(p_listed jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_class_learners$
DECLARE
    v_rows text;
BEGIN
    SELECT string_agg(
        '<tr role="row" data-learner="' || hg__html(l.id #>> '{}')
        || '"><th scope="row" role="rowheader"><bdi>' || hg__html(l.name) || '</bdi></th>'
        || CASE WHEN l.stats IS NULL THEN '' ELSE concat(
            hg__report_cell('Last active', hg__report_value(
                'global_stats.activity_date', s.activity_date,
                coalesce(hg__report_day(s.activity_date::date), '-')
            )),
            hg__report_cell('Streak', hg__report_value(
                'global_stats.streak_days', s.streak_days::text, hg__report_number(s.streak_days)
            )),
            hg__report_cell('Tokens', hg__report_value(
                'global_stats.tokens', s.tokens::text, hg__report_number(s.tokens)
            )),
            hg__report_cell('Questions', hg__report_value(
                'global_stats.total_questions_answered', s.total_questions_answered::text,
                hg__report_number(s.total_questions_answered)
            )),
            hg__report_cell('Accuracy', hg__report_share(
                'global_stats.total_correct_answers', 'global_stats.total_questions_answered',
                s.total_correct_answers, s.total_questions_answered
            )),
            hg__report_cell('Mastered', hg__report_value(
                'mastered', m.mastered::text, m.mastered::text
            ))
        ) END
        || hg__report_cell('Attention', coalesce(
            '<span class="tag care">Look</span> ' || hg__html(l.attention), '-'
        ), CASE WHEN l.attention IS NULL THEN 'full none' ELSE 'full' END)
        || '</tr>',
        E'\n' ORDER BY l.place
    )
    INTO v_rows
    FROM ROWS FROM (
        jsonb_to_recordset(p_listed) AS (
            id jsonb, name text, stats jsonb, attention text, modules jsonb
        )
    ) WITH ORDINALITY AS l (id, name, stats, attention, modules, place)
    CROSS JOIN LATERAL jsonb_to_record(l.stats) AS s (
        activity_date text, streak_days bigint, tokens bigint, total_questions_answered bigint,
        total_correct_answers bigint
    )
    CROSS JOIN LATERAL (
        SELECT jsonb_array_length(
            jsonb_path_query_array(l.modules, '$.* ? (@.mastered == true)')
        ) AS mastered
    ) AS m;
    RETURN hg__report_table(
        'stack people', 'By name. Streaks are in days; a streak that has ended is 0.',
        '{Learner,Last active,Streak,Tokens,Questions,Accuracy,Mastered,Attention}', v_rows
    );
END
$hg__report_class_learners$;

REVOKE ALL ON FUNCTION hg__report_class_learners FROM public;
