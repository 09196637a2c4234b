-- Those of global_stats that a class page shows or that a streak is read by, each of its type; NULL
-- where a figure is none. What is of another type is an error here, not on the page.
-- Writes: nothing. Calls: hg__stats_broken. Raises: 22023, 22P02, 22007 for a malformed section.
CREATE OR REPLACE FUNCTION hg__report_counts(p_stats jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_counts$
BEGIN
    RETURN (
        SELECT to_jsonb(s)
        FROM jsonb_to_record(p_stats) AS s (
            tokens bigint, streak_days integer, longest_streak_days integer,
            streak_freezes integer, total_questions_answered bigint,
            total_correct_answers bigint, activity_date date, last_active timestamptz,
            time_zone text, time_zone_next text, time_zone_next_from timestamptz
        )
        WHERE NOT hg__stats_broken(p_stats)
    );
END
$hg__report_counts$;

REVOKE ALL ON FUNCTION hg__report_counts FROM public;
