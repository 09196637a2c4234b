-- The domain of a setting that is an integer: from, to, and whether null unsets it. No row for a
-- setting that is something else.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__integer_setting(
    p_name text, OUT o_lowest integer, OUT o_highest integer, OUT o_unset boolean
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__integer_setting$
BEGIN
    RETURN QUERY
    SELECT d.lowest, d.highest, d.unset
    FROM (
        VALUES
        ('day_start_hour', 0, 12, false),
        ('daily_token_cap', 0, 2147483647, true),
        ('late_window_days', 0, 365, false),
        ('ledger_retention_days', 90, 36500, true),
        ('streak_freeze_initial', 0, 1000, false),
        ('streak_freeze_every_days', 0, 2147483647, false),
        ('streak_freeze_max', 0, 1000, false),
        ('ai_max_completion_tokens', 200, 16000, false),
        ('ai_every_sessions', 1, 1000, false),
        ('ai_every_days', 1, 365, false),
        ('ai_debounce_minutes', 0, 1440, false),
        ('ai_max_attempts', 1, 100, false),
        ('ai_backoff_seconds', 1, 86400, false),
        ('ai_daily_calls', 0, 2147483647, true),
        ('ai_daily_tokens', 0, 2147483647, true),
        ('ai_retention_days', 1, 36500, false),
        ('ai_analyses_retention_days', 1, 36500, true),
        ('archive_retention_days', 1, 36500, true),
        ('tombstone_retention_days', 1, 36500, true),
        ('cohort_min_learners', 5, 1000, false)
    ) AS d (name, lowest, highest, unset)
    WHERE d.name = p_name;
END
$hg__integer_setting$;

REVOKE ALL ON FUNCTION hg__integer_setting FROM public;
