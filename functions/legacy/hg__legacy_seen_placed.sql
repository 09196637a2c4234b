-- The rows of hg__legacy_seen_wanted with what takes a decision: old_progress (an object, whatever
-- stood there), the grade and the attempts (good, bad), of which the old blocks have two places,
-- the types that are complete, and the override of the mastery, unless it is broken.
-- Writes: nothing. Calls: hg__legacy_seen_wanted, hg__legacy_seen_types, hg__legacy_seen_instant,
-- hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_placed(
    p_sources jsonb[], p_histories jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, module text, block jsonb, numbers jsonb, sessions numeric, questions numeric,
    correct numeric, tokens numeric, session_at timestamptz, test_at timestamptz,
    changed_at timestamptz, mastered_at timestamptz, played timestamptz, level_kept jsonb,
    progress_kept jsonb, difficulty integer, old_progress jsonb, grade integer, good jsonb,
    bad jsonb, types text[], override jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_placed$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT
        w.*,
        g.old_progress,
        CASE
            WHEN r.grade_bottom IS NULL THEN NULL
            WHEN p.place = 'level' THEN coalesce(g.of_level, r.grade_start)
            ELSE coalesce(g.of_progress, r.grade_start)
        END,
        a.good,
        a.bad,
        hg__legacy_seen_types(g.old_progress -> 'types_complete', r.fact_types),
        CASE
            WHEN
                jsonb_typeof(v.override -> 'value') = 'boolean'
                AND jsonb_typeof(v.override -> 'by') = 'string'
                AND jsonb_typeof(v.override -> 'reason') = 'string'
                AND v.at IS NOT NULL
                THEN v.override || jsonb_build_object('at', hg__instant_text(v.at))
        END
    FROM hg__legacy_seen_wanted(p_sources, p_histories, p_version) AS w
    INNER JOIN hg_rules AS r ON w.module = r.module AND r.rules_version = p_version
    -- K is the lowest grade; a grade out of the module's range is its nearest.
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN w.block ->> 'grade_level' ~ '^ *[kK] *$' THEN coalesce(r.grade_bottom, 0)
                WHEN w.numbers ? 'level.grade_level' THEN least(
                    greatest((w.numbers ->> 'level.grade_level')::integer, r.grade_bottom),
                    r.grade_top
                )
            END AS of_level,
            CASE
                WHEN
                    w.block #>> '{progress,grade_level}' ~ '^ *[kK] *$'
                    THEN coalesce(r.grade_bottom, 0)
                WHEN w.numbers ? 'progress.grade_level' THEN least(
                    greatest((w.numbers ->> 'progress.grade_level')::integer, r.grade_bottom),
                    r.grade_top
                )
            END AS of_progress,
            CASE
                WHEN jsonb_typeof(w.block -> 'progress') = 'object' THEN w.block -> 'progress'
                ELSE '{}'
            END AS old_progress
        OFFSET 0
    ) AS g
    -- Of which of the two places grade and attempts come; the order in which attempts are looked
    -- for begins with it.
    CROSS JOIN LATERAL (
        SELECT
            CASE
                WHEN g.of_level IS NULL AND g.of_progress IS NOT NULL THEN 'progress'
                WHEN g.of_level IS NOT NULL AND g.of_progress IS NULL THEN 'level'
                WHEN coalesce(w.session_at, '-infinity') > coalesce(w.test_at, '-infinity')
                    THEN 'level'
                ELSE 'progress'
            END AS place
        OFFSET 0
    ) AS p
    LEFT JOIN LATERAL (
        SELECT
            w.numbers -> (o.place || o.good) AS good,
            w.numbers -> (o.place || o.bad) AS bad
        FROM (
            VALUES
            (p.place || '.', 'good_attempt', 'bad_attempt', 1),
            (CASE p.place WHEN 'level' THEN 'progress.' ELSE 'level.' END,
            'good_attempt', 'bad_attempt', 2),
            (p.place || '.', 'attempt_good', 'attempt_bad', 3),
            (CASE p.place WHEN 'level' THEN 'progress.' ELSE 'level.' END,
            'attempt_good', 'attempt_bad', 4)
        ) AS o (place, good, bad, turn)
        WHERE (r.fact_types <> '{}' OR o.turn > 2)
        AND (w.numbers ? (o.place || o.good) OR w.numbers ? (o.place || o.bad))
        ORDER BY o.turn
        LIMIT 1
    ) AS a ON w.numbers <> '{}'
    CROSS JOIN LATERAL (
        SELECT
            g.old_progress -> 'mastery_override' AS override,
            hg__legacy_seen_instant(g.old_progress -> 'mastery_override' -> 'at') AS at
        OFFSET 0
    ) AS v;
END
$hg__legacy_seen_placed$;

REVOKE ALL ON FUNCTION hg__legacy_seen_placed FROM public;
