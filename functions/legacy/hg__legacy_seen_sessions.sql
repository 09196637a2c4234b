-- The rows of module_history of many learners in their order, as verify reads them: "learner" is
-- the place in p_sources (from 1). module NULL: the catalog does not know it; counts: a session, no
-- practice; before: the module of the learner's session before it.
-- Writes: nothing. Calls: hg__legacy_seen_instant, hg__legacy_seen_number, hg__legacy_seen_names.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_sessions(
    p_sources jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, at timestamptz, turn bigint, module text, counts boolean, before text,
    good boolean, questions bigint, correct bigint
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_sessions$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH items AS MATERIALIZED (
        SELECT
            s.learner,
            h.item,
            hg__legacy_seen_instant(h.item -> 'completed_at') AS at,
            h.item ->> 'module_name' AS name
        FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
        CROSS JOIN LATERAL
            jsonb_array_elements(coalesce(s.source #> '{tables,module_history}', '[]')) AS h (item)
    ),

    named AS MATERIALIZED (
        SELECT n.name, n.module, r.min_questions, r.good_percent
        FROM hg__legacy_seen_names(
            ARRAY(SELECT DISTINCT w.name FROM items AS w WHERE w.name IS NOT NULL), p_version
        ) AS n
        INNER JOIN hg_rules AS r ON n.module = r.module AND r.rules_version = p_version
    ),

    figures AS MATERIALIZED (
        SELECT
            w.learner,
            w.at,
            row_number() OVER (
                PARTITION BY w.learner
                ORDER BY
                    w.at, coalesce(trunc(hg__legacy_seen_number(w.item -> 'id')), 0),
                    w.item ->> 'completed_at', w.item -> 'id'
            ) AS turn,
            n.module,
            coalesce(n.module IS NOT NULL AND w.item ->> 'run_type' IN ('token_run', 'test'), false)
                AS counts,
            n.min_questions,
            n.good_percent,
            greatest(least(
                coalesce(trunc(hg__legacy_seen_number(w.item -> 'questions_total')), 0), 2147483647
            ), 0)::bigint AS questions,
            greatest(least(
                coalesce(trunc(hg__legacy_seen_number(w.item -> 'questions_correct')), 0),
                2147483647
            ), 0)::bigint AS correct
        FROM items AS w
        LEFT JOIN named AS n ON w.name = n.name
        WHERE w.at IS NOT NULL
    )

    SELECT
        f.learner,
        f.at,
        f.turn,
        f.module,
        f.counts,
        CASE
            WHEN f.counts
                THEN lag(f.module) OVER (PARTITION BY f.learner, f.counts ORDER BY f.turn)
        END,
        f.questions >= f.min_questions
        AND least(f.correct, f.questions) * 100 >= f.good_percent * f.questions,
        f.questions,
        least(f.correct, f.questions)
    FROM figures AS f;
END
$hg__legacy_seen_sessions$;

REVOKE ALL ON FUNCTION hg__legacy_seen_sessions FROM public;
