-- The modules a learner has played, those with the most sessions first: grade, accuracy, sessions,
-- difficulty and the way to mastery; NULL where none was. Blocks that no rules are known of are
-- left out.
-- Writes: nothing. Calls: hg__is_block, hg__html, hg__report_label, hg__report_cell,
-- hg__report_grade, hg__report_share, hg__report_meter, hg__report_percent, hg__report_value,
-- hg__report_number, hg__report_mastery, hg__report_table. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_modules(
    p_document jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_modules$
DECLARE
    v_rows text;
BEGIN
    SELECT string_agg(
        format(
            '<tr role="row" data-module="%s"><th scope="row" role="rowheader">%s'
            ' <span class="note">%s</span></th>',
            hg__html(b.module), hg__html(hg__report_label(b.module)), hg__html(p.concepts)
        )
        || hg__report_cell('Grade', hg__report_grade(b.block ->> 'grade_level'))
        || hg__report_cell(
            'Accuracy',
            hg__report_share(
                'progress.correct_answers', 'progress.total_questions_answered',
                p.correct_answers, p.total_questions_answered
            ) || coalesce(hg__report_meter(
                hg__report_percent(p.correct_answers, p.total_questions_answered)
            ), '')
        )
        || hg__report_cell('Sessions', hg__report_value(
            'progress.sessions_completed', p.sessions_completed::text,
            hg__report_number(p.sessions_completed)
        ))
        || hg__report_cell('Difficulty', hg__report_value(
            'progress.preferred_difficulty', p.preferred_difficulty,
            p.preferred_difficulty || ' of 5'
        ))
        || hg__report_cell('Mastery', hg__report_mastery(
            b.block, p_document -> 'global_stats', b.rules, p_user_grade
        ), 'full')
        || '</tr>',
        E'\n' ORDER BY p.sessions_completed DESC, b.module COLLATE "C"
    )
    INTO v_rows
    FROM (
        SELECT r AS rules, r.module, p_document -> 'modules' -> r.module AS block
        FROM hg_rules AS r
        WHERE r.rules_version = p_rules_version
        OFFSET 0
    ) AS b
    CROSS JOIN LATERAL jsonb_to_record(b.block -> 'progress') AS p (
        concepts text, correct_answers bigint, total_questions_answered bigint,
        sessions_completed bigint, preferred_difficulty text, last_played text
    )
    WHERE hg__is_block(b.block) AND (p.sessions_completed > 0 OR p.last_played IS NOT NULL);
    RETURN hg__report_table(
        'stack', 'What was played, the most first. Difficulty is what suits the learner, 1 to 5.',
        '{Module,Grade,Accuracy,Sessions,Difficulty,Way to mastery}', v_rows
    );
END
$hg__report_modules$;

REVOKE ALL ON FUNCTION hg__report_modules FROM public;
