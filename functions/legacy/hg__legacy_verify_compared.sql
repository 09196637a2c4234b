-- Where what was made of learners differs from what it must be: the staged document, "quarantine",
-- the checkpoint ("checkpoint": how many there are, else "checkpoint.<path>" in its document, and
-- "checkpoint.user_grade"). The arrays are as hg__legacy_seen_live gives them, p_expected what the
-- documents must be. p_frozen: of the checkpoint, whose document is p_staged then, and of the
-- quarantine nothing more is asked.
-- Writes: nothing. Calls: hg__differences. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_verify_compared(
    p_sources jsonb[], p_staged jsonb[], p_checkpoints jsonb[], p_expected jsonb[],
    p_frozen boolean,
    OUT o_id text, OUT o_path text, OUT o_staged jsonb, OUT o_expected jsonb
) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_verify_compared$
BEGIN
    RETURN QUERY
    WITH learners AS MATERIALIZED (
        SELECT
            p.source ->> 'id' AS id,
            p.staged,
            p.checkpoint,
            nullif(p.source -> 'grade', 'null') AS grade,
            nullif(p.source -> 'grade_then', 'null') AS grade_then,
            nullif(p.source -> 'quarantine', 'null') AS quarantine,
            (p.source -> 'checkpoints')::integer AS checkpoints,
            u.unreadable,
            CASE WHEN NOT u.unreadable THEN p.expected END AS expected
        FROM unnest(p_sources, p_staged, p_checkpoints, p_expected)
            AS p (source, staged, checkpoint, expected)
        CROSS JOIN LATERAL (SELECT (p.source -> 'unreadable')::boolean AS unreadable) AS u
    )

    SELECT l.id, d.o_path, d.o_stored, d.o_expected
    FROM learners AS l
    CROSS JOIN LATERAL hg__differences(l.staged, l.expected) AS d
    WHERE l.staged IS DISTINCT FROM l.expected
    UNION ALL
    SELECT l.id, 'checkpoint', to_jsonb(l.checkpoints), to_jsonb((NOT l.unreadable)::integer)
    FROM learners AS l
    WHERE l.checkpoints <> (NOT l.unreadable)::integer
    UNION ALL
    SELECT l.id, concat_ws('.', 'checkpoint', nullif(d.o_path, '')), d.o_stored, d.o_expected
    FROM learners AS l
    CROSS JOIN LATERAL hg__differences(l.checkpoint, l.expected) AS d
    WHERE l.checkpoints = 1 AND NOT l.unreadable AND NOT p_frozen
    AND l.checkpoint IS DISTINCT FROM l.expected
    UNION ALL
    SELECT l.id, 'checkpoint.user_grade', l.grade_then, l.grade
    FROM learners AS l
    WHERE l.checkpoints = 1 AND NOT l.unreadable AND l.grade_then IS DISTINCT FROM l.grade
    UNION ALL
    SELECT l.id, 'quarantine', l.quarantine, q.reason
    FROM learners AS l
    CROSS JOIN LATERAL (
        SELECT CASE WHEN l.unreadable THEN '"unreadable_json"'::jsonb END AS reason
    ) AS q
    WHERE NOT p_frozen AND l.quarantine IS DISTINCT FROM q.reason;
END
$hg__legacy_verify_compared$;

REVOKE ALL ON FUNCTION hg__legacy_verify_compared FROM public;
