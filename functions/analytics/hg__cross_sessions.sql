-- The token_runs and tests of a learner as the fold saw them, counted by segment (the rows after a
-- checkpoint, up to the next one), by the module that last_module named when its turn came, and by
-- their own. Reversed ones are left out; one that was too late has no module before it (o_from
-- NULL), nor has a learner's first. Within a segment hg__history's order is that of occurrence.
-- p_last: the ledger_id of the last checkpoint to look at, and p_at, p_id: the place in its segment
-- that counting stops before (NULL: everything).
-- Writes: nothing. Calls: hg__reversed. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_sessions(
    p_user_id users.id%TYPE,
    p_last bigint DEFAULT NULL,
    p_at timestamptz DEFAULT NULL, p_id uuid DEFAULT NULL
) RETURNS TABLE (
    o_segment integer, o_from text, o_to text,
    o_count bigint, o_good bigint, o_questions bigint, o_correct bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_sessions$
DECLARE
    v_reversed uuid[] := hg__reversed(p_user_id);
    v_ids bigint[];
    v_last_modules text[];
BEGIN
    SELECT
        coalesce(array_agg(l.ledger_id ORDER BY l.ledger_id), '{}'),
        array_agg(m.module ORDER BY l.ledger_id)
    INTO v_ids, v_last_modules
    FROM hg_ledger AS l
    LEFT JOIN hg_modules AS m ON l.document #>> '{global_stats,last_module}' = m.module
    WHERE l.user_id = p_user_id
    AND l.kind IN ('skeleton', 'direct_write', 'import', 'retention')
    AND l.ledger_id <= coalesce(p_last, l.ledger_id);

    RETURN QUERY
    SELECT
        s.segment, s.before, s.module, count(*), count(*) FILTER (WHERE s.good),
        sum(s.questions), sum(s.correct)
    FROM (
        SELECT
            p.segment, p.module, p.good, p.questions, p.correct,
            CASE
                WHEN NOT p.too_late
                    THEN coalesce(lag(p.module) OVER in_order, v_last_modules[p.segment])
            END AS before
        FROM (
            SELECT
                l.occurred_at, l.id, l.module, l.good, l.questions, l.correct, l.too_late,
                width_bucket(l.ledger_id, v_ids) AS segment
            FROM hg_ledger AS l
            WHERE l.user_id = p_user_id AND l.kind = 'activity' AND l.run_type <> 'practice'
            AND l.id <> ALL (v_reversed)
        ) AS p
        WHERE p_at IS NULL OR p.segment < cardinality(v_ids)
        OR (p.occurred_at, p.id) < (p_at, p_id)
        WINDOW in_order AS (
            PARTITION BY p.segment, p.too_late ORDER BY p.occurred_at, p.id
        )
    ) AS s
    GROUP BY s.segment, s.before, s.module;
END
$hg__cross_sessions$;

REVOKE ALL ON FUNCTION hg__cross_sessions FROM public;
