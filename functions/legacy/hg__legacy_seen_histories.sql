-- What module_history says of many learners, as verify reads it, in the order of p_sources: "last"
-- (the last instant), "last_module" (of the last session), "played" (module -> last instant) and
-- "pairs" of modules played one after the other. A ninth pair drives out the one with the least
-- count, of equals the last in the alphabet. What was kept at the cutover ("history") stands.
-- Writes: nothing. Calls: hg__legacy_seen_sessions. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_histories(
    p_sources jsonb[], p_version integer
) RETURNS jsonb[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_histories$
BEGIN
    RETURN ARRAY(
        WITH RECURSIVE sessions AS MATERIALIZED (
            SELECT s.* FROM hg__legacy_seen_sessions(p_sources, p_version) AS s
        ),

        moves AS MATERIALIZED (
            SELECT
                s.learner,
                s.before || '>' || s.module AS pair,
                row_number() OVER (PARTITION BY s.learner ORDER BY s.turn) AS step,
                s.good,
                s.questions,
                s.correct
            FROM sessions AS s
            WHERE s.before <> s.module
        ),

        sums AS (
            SELECT
                m.learner,
                jsonb_object_agg(m.pair, jsonb_build_object(
                    'count', m.moves, 'good', m.good, 'questions', least(m.questions, 2147483647),
                    'correct', least(m.correct, 2147483647)
                )) AS pairs,
                count(*) AS how_many
            FROM (
                SELECT
                    g.learner,
                    g.pair,
                    count(*) AS moves,
                    count(*) FILTER (WHERE g.good) AS good,
                    sum(g.questions) AS questions,
                    sum(g.correct) AS correct
                FROM moves AS g
                GROUP BY g.learner, g.pair
            ) AS m
            GROUP BY m.learner
        ),

        kept (learner, step, pairs) AS (
            SELECT s.learner, 0::bigint, '{}'::jsonb
            FROM sums AS s
            WHERE s.how_many > 8
            UNION ALL
            SELECT
                k.learner,
                m.step,
                CASE
                    WHEN k.pairs ? m.pair THEN k.pairs
                    ELSE k.pairs - ARRAY(
                        SELECT p.key FROM jsonb_each(k.pairs) AS p
                        ORDER BY (p.value ->> 'count')::bigint, p.key COLLATE "C" DESC
                        LIMIT (SELECT greatest(count(*) - 7, 0) FROM jsonb_object_keys(k.pairs))
                    )
                END || jsonb_build_object(m.pair, (
                    SELECT jsonb_object_agg(f.key, least(
                        coalesce((k.pairs -> m.pair ->> f.key)::bigint, 0) + f.more, 2147483647
                    ))
                    FROM (
                        VALUES
                        ('count', 1), ('good', m.good::integer), ('questions', m.questions),
                        ('correct', m.correct)
                    ) AS f (key, more)
                ))
            FROM kept AS k
            INNER JOIN moves AS m ON k.learner = m.learner AND m.step = k.step + 1
        ),

        crowded AS (
            SELECT DISTINCT ON (k.learner) k.learner, k.pairs
            FROM kept AS k
            ORDER BY k.learner, k.step DESC
        ),

        lasts AS (
            SELECT
                m.learner,
                max(m.at) AS at,
                jsonb_object_agg(m.module, m.at) FILTER (WHERE m.module IS NOT NULL) AS played,
                (array_agg(m.module ORDER BY m.turn DESC) FILTER (WHERE m.turn IS NOT NULL))[1]
                    AS last_module
            FROM (
                SELECT
                    s.learner,
                    s.module,
                    max(s.at) AS at,
                    max(s.turn) FILTER (WHERE s.counts) AS turn
                FROM sessions AS s
                GROUP BY s.learner, s.module
            ) AS m
            GROUP BY m.learner
        )

        SELECT coalesce(
            nullif(p_sources[n.learner] -> 'history', 'null'),
            jsonb_build_object(
                'last', l.at, 'last_module', l.last_module, 'played', coalesce(l.played, '{}'),
                'pairs', coalesce(c.pairs, s.pairs, '{}')
            )
        )
        FROM generate_subscripts(p_sources, 1) AS n (learner)
        LEFT JOIN lasts AS l ON n.learner = l.learner
        LEFT JOIN sums AS s ON n.learner = s.learner
        LEFT JOIN crowded AS c ON n.learner = c.learner
        ORDER BY n.learner
    );
END
$hg__legacy_seen_histories$;

REVOKE ALL ON FUNCTION hg__legacy_seen_histories FROM public;
