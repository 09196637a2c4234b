-- The whole of a learner's moves between modules, however many pairs there are: the sessions in
-- module o_to after one in o_from, and all sessions in o_to, where o_from is '*' (of these o_good
-- is that of the ledger's rows alone: documents do not tell).
-- A checkpoint takes nothing away: what was known before it and was counted up to it stands, unless
-- the checkpoint itself knows of more (an import, a direct write that says so). So of the totals
-- that begin with any one of the checkpoints, or with nothing, the one with most sessions is taken.
-- The other arguments are those of hg__cross_sessions.
-- Writes: nothing. Calls: hg__cross_known, hg__cross_sessions. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_tallies(
    p_user_id users.id%TYPE,
    p_last bigint DEFAULT NULL,
    p_at timestamptz DEFAULT NULL, p_id uuid DEFAULT NULL
) RETURNS TABLE (
    o_from text, o_to text, o_count bigint, o_good bigint, o_questions bigint, o_correct bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_tallies$
#variable_conflict use_column
DECLARE
    c_max CONSTANT bigint := 2147483647;
BEGIN
    RETURN QUERY
    WITH sessions AS MATERIALIZED (
        SELECT s.*
        FROM hg__cross_sessions(p_user_id, p_last, p_at, p_id) AS s
    ),

    counted AS (
        SELECT s.* FROM sessions AS s WHERE s.o_from <> s.o_to
        UNION ALL
        SELECT s.o_segment, '*', s.o_to, s.o_count, s.o_good, s.o_questions, s.o_correct
        FROM sessions AS s
    ),

    begins AS (
        SELECT k.* FROM hg__cross_known(p_user_id, p_last) AS k
        UNION ALL
        SELECT DISTINCT 0, c.o_from, c.o_to, 0::bigint, 0::bigint, 0::bigint, 0::bigint
        FROM counted AS c
    ),

    totals AS (
        SELECT
            b.o_from, b.o_to, b.o_segment,
            b.o_count + coalesce(sum(c.o_count), 0) AS o_count,
            b.o_good + coalesce(sum(c.o_good), 0) AS o_good,
            b.o_questions + coalesce(sum(c.o_questions), 0) AS o_questions,
            b.o_correct + coalesce(sum(c.o_correct), 0) AS o_correct
        FROM begins AS b
        LEFT JOIN counted AS c
            ON b.o_from = c.o_from AND b.o_to = c.o_to AND b.o_segment <= c.o_segment
        GROUP BY
            b.o_from, b.o_to, b.o_segment, b.o_count, b.o_good, b.o_questions, b.o_correct
    )

    SELECT DISTINCT ON (t.o_from, t.o_to)
        t.o_from, t.o_to, least(t.o_count, c_max)::bigint, least(t.o_good, c_max)::bigint,
        least(t.o_questions, c_max)::bigint, least(t.o_correct, c_max)::bigint
    FROM totals AS t
    ORDER BY t.o_from, t.o_to, t.o_count DESC, t.o_segment;
END
$hg__cross_tallies$;

REVOKE ALL ON FUNCTION hg__cross_tallies FROM public;
