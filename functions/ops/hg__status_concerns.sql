-- How grave the gravest warning of each concern is: {concern: ok | look | bad}.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__status_concerns(p_warnings jsonb[]) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__status_concerns$
BEGIN
    RETURN (
        SELECT jsonb_object_agg(
            c.name, CASE WHEN c.bad THEN 'bad' WHEN c.look THEN 'look' ELSE 'ok' END
        )
        FROM (
            SELECT
                n.name,
                coalesce(bool_or(w.warning ->> 'level' = 'bad'), false) AS bad,
                count(w.warning) > 0 AS look
            FROM unnest(ARRAY[
                'installation', 'functions', 'documents', 'users', 'ledger', 'leaderboard',
                'analyses', 'move'
            ]) AS n (name)
            LEFT JOIN unnest(p_warnings) AS w (warning) ON n.name = w.warning ->> 'concern'
            GROUP BY n.name
        ) AS c
    );
END
$hg__status_concerns$;

REVOKE ALL ON FUNCTION hg__status_concerns FROM public;
