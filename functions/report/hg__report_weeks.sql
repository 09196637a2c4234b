-- What a learner did in each of the last twelve weeks of local days, Monday first, oldest first;
-- reversed sessions are left out. Tokens are those the receipts said.
-- Writes: nothing. Calls: hg__reversed. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_weeks(
    p_user_id users.id%TYPE, p_today date
) RETURNS TABLE (
    o_place integer, o_week date, o_tokens bigint, o_sessions bigint, o_questions bigint,
    o_correct bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_weeks$
DECLARE
    v_first date := p_today - extract(ISODOW FROM p_today)::integer + 1 - 77;
    v_reversed uuid[] := hg__reversed(p_user_id);
BEGIN
    RETURN QUERY
    SELECT
        w.place, v_first + 7 * w.place, coalesce(sum(l.tokens_awarded), 0),
        count(*) FILTER (WHERE l.run_type <> 'practice'),
        coalesce(sum(l.questions) FILTER (WHERE l.run_type <> 'practice'), 0),
        coalesce(sum(l.correct) FILTER (WHERE l.run_type <> 'practice'), 0)
    FROM generate_series(0, 11) AS w (place)
    LEFT JOIN hg_ledger AS l
        ON l.user_id = p_user_id
        -- No zone and no day start is further than this from UTC's day: the index is used.
        AND l.occurred_at >= (v_first - 2)::timestamp AT TIME ZONE 'UTC'
        AND l.kind = 'activity' AND l.local_day >= v_first
        AND (l.local_day - v_first) / 7 = w.place
        AND l.id <> ALL (v_reversed)
    GROUP BY w.place
    ORDER BY w.place;
END
$hg__report_weeks$;

REVOKE ALL ON FUNCTION hg__report_weeks FROM public;
