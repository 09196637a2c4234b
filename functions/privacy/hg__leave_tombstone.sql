-- Notes that learners were erased, not who, where there was anything of them: a baseline alone and
-- what the leaderboard keeps are nothing. Whether it did.
-- Writes: hg_tombstones. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__leave_tombstone(
    p_cause text, p_reason text, p_learners bigint, p_rows jsonb
) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__leave_tombstone$
BEGIN
    INSERT INTO hg_tombstones (erased_on, erased_by, cause, reason, learners, rows_deleted)
    SELECT
        (clock_timestamp() AT TIME ZONE 'UTC')::date, session_user, p_cause, p_reason, p_learners,
        p_rows
    WHERE EXISTS (
        SELECT FROM jsonb_each(p_rows) AS r (name, number)
        WHERE r.number <> '0' AND NOT starts_with(r.name, 'hg_standings')
    );
    RETURN found;
END
$hg__leave_tombstone$;

REVOKE ALL ON FUNCTION hg__leave_tombstone FROM public;
