-- Why a learner needs a teacher's eye, in words; NULL where nothing says so. Nothing played, more
-- than a week without a session, or, of 20 questions and more, less than 60 percent correct.
-- Writes: nothing. Calls: hg__report_percent. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_attention(p_stats jsonb, p_today date) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_attention$
DECLARE
    v_questions bigint := p_stats ->> 'total_questions_answered';
    v_correct bigint := p_stats ->> 'total_correct_answers';
    v_last date := p_stats ->> 'activity_date';
BEGIN
    IF p_stats IS NULL THEN
        RETURN 'the record cannot be read';
    END IF;
    RETURN nullif(concat_ws(
        '; ',
        CASE
            WHEN v_last IS NULL THEN 'no session yet'
            WHEN p_today - v_last > 7 THEN 'no session for ' || p_today - v_last || ' days'
        END,
        CASE WHEN v_questions >= 20 AND 100 * v_correct < 60 * v_questions
            THEN 'only ' || hg__report_percent(v_correct, v_questions) || '% correct'
        END
    ), '');
END
$hg__report_attention$;

REVOKE ALL ON FUNCTION hg__report_attention FROM public;
