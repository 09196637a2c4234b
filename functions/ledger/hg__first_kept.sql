-- The first place of a history that something recorded after the horizon depends on: a row recorded
-- since, or an activity reversed since. Infinity where there is none.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__first_kept(
    p_checkpoint hg_ledger, p_horizon timestamptz,
    OUT o_at timestamptz, OUT o_occurred_at timestamptz, OUT o_id uuid
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__first_kept$
BEGIN
    SELECT greatest(l.occurred_at, p_checkpoint.occurred_at), l.occurred_at, l.id
    INTO o_at, o_occurred_at, o_id
    FROM hg_ledger AS l
    WHERE l.user_id = p_checkpoint.user_id AND l.ledger_id > p_checkpoint.ledger_id
    AND (
        l.recorded_at > p_horizon
        OR l.id IN (
            SELECT (r.details ->> 'activity_id')::uuid
            FROM hg_ledger AS r
            WHERE r.user_id = p_checkpoint.user_id AND r.kind = 'reversal'
            AND r.recorded_at > p_horizon
        )
    )
    ORDER BY greatest(l.occurred_at, p_checkpoint.occurred_at), l.occurred_at, l.id
    LIMIT 1;
    IF NOT found THEN
        o_at := 'infinity';
        o_occurred_at := 'infinity';
        o_id := p_checkpoint.id;
    END IF;
END
$hg__first_kept$;

REVOKE ALL ON FUNCTION hg__first_kept FROM public;
