-- What was practised on each of the last 7 local days, for hg_v_daily: activities that were
-- reversed are left out. It reads the ledger's newest rows alone, through the small index by
-- instant: a day cannot have been recorded before it began.
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- SECURITY DEFINER: who may read the view needs no right on the ledger.
CREATE OR REPLACE FUNCTION hg_daily_figures() RETURNS TABLE (
    local_day date, sessions bigint, learners bigint, questions bigint, correct bigint,
    seconds bigint, tokens bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_daily_figures$
#variable_conflict use_column
DECLARE
    c_days CONSTANT integer := 7;
    v_today date := (statement_timestamp() AT TIME ZONE 'UTC')::date;
    -- Two more, for zones and clocks that are ahead.
    v_since timestamptz := statement_timestamp() - make_interval(days => c_days + 2);
BEGIN
    RETURN QUERY
    SELECT
        l.local_day, count(*), count(DISTINCT l.user_id), sum(l.questions), sum(l.correct),
        coalesce(sum(l.seconds), 0), coalesce(sum(l.tokens_awarded), 0)
    FROM hg_ledger AS l
    WHERE l.recorded_at >= v_since AND l.kind = 'activity' AND l.local_day > v_today - c_days
    AND NOT EXISTS (
        SELECT FROM hg_ledger AS r
        WHERE r.recorded_at >= v_since AND r.kind = 'reversal' AND r.user_id = l.user_id
        AND (r.details ->> 'activity_id')::uuid = l.id
    )
    GROUP BY l.local_day;
END
$hg_daily_figures$;

REVOKE ALL ON FUNCTION hg_daily_figures FROM public;

COMMENT ON FUNCTION hg_daily_figures IS
$$What was practised on each of the last 7 local days, a row for each on which somebody did: how
many sessions (tests and practice runs included), learners, questions, correct answers, seconds and
tokens. Activities that were reversed are left out. The view hg_v_daily shows it.

Only the owner may call it; grant it, with the view, to a dashboard.

Example: SELECT * FROM hg_daily_figures();$$;
