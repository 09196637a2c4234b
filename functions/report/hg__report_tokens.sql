-- Tokens over time: bars and the same figures as a table. NULL where no session of these weeks is
-- known.
-- Writes: nothing. Calls: hg__report_weeks, hg__report_bars, hg__report_table, hg__report_cell,
-- hg__report_number, hg__report_value, hg__report_percent. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_tokens(p_user_id users.id%TYPE, p_today date) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_tokens$
DECLARE
    v_weeks jsonb := (
        SELECT jsonb_agg(w ORDER BY w.o_place) FROM hg__report_weeks(p_user_id, p_today) AS w
    );
    v_rows text;
BEGIN
    IF NOT jsonb_path_exists(v_weeks, '$[*] ? (@.o_sessions > 0 || @.o_tokens > 0)') THEN
        RETURN NULL;
    END IF;
    v_rows := (
        SELECT string_agg(
            format(
                '<tr role="row"><th scope="row" role="rowheader">%s</th>%s%s%s</tr>',
                to_char(w.o_week::date, 'FMDD Mon'),
                hg__report_cell('Tokens', hg__report_value(
                    'weeks.' || w.o_week || '.tokens', w.o_tokens::text,
                    hg__report_number(w.o_tokens)
                )),
                hg__report_cell('Sessions', hg__report_value(
                    'weeks.' || w.o_week || '.sessions', w.o_sessions::text,
                    hg__report_number(w.o_sessions)
                )),
                hg__report_cell('Accuracy', hg__report_value(
                    'weeks.' || w.o_week || '.accuracy',
                    hg__report_percent(w.o_correct, w.o_questions)::text,
                    coalesce(hg__report_percent(w.o_correct, w.o_questions) || '%', '-')
                ))
            ),
            E'\n' ORDER BY w.o_week
        )
        FROM jsonb_to_recordset(v_weeks) AS w (
            o_week text, o_tokens bigint, o_sessions bigint, o_questions bigint, o_correct bigint
        )
    );
    RETURN '<p>Earned in sessions; the last week is not over yet.</p>' || hg__report_bars(v_weeks)
        || hg__report_table(
            'plain', 'The weeks in figures', '{Week of,Tokens,Sessions,Accuracy}', v_rows
        );
END
$hg__report_tokens$;

REVOKE ALL ON FUNCTION hg__report_tokens FROM public;
