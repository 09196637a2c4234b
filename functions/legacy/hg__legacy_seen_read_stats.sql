-- What can be read in the global_stats of many learners and in the columns of users beside them, as
-- verify reads it: "learner" is the place in p_sources (from 1); stats is the old object, whatever
-- stood there; figures and column_figures are the numbers of both, within 0 and 2147483647;
-- tokens_column says whether there is such a column. NULL: nothing that can be read.
-- Writes: nothing. Calls: hg__legacy_seen_number, hg__legacy_seen_zones, hg__legacy_seen_names,
-- hg__legacy_seen_instant. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_seen_read_stats(
    p_sources jsonb[], p_version integer
) RETURNS TABLE (
    learner bigint, stats jsonb, figures jsonb, column_figures jsonb, tokens_column boolean,
    active timestamptz, zone text, next_zone text, next_from timestamptz, day text,
    last_module text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg__legacy_seen_read_stats$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH places AS MATERIALIZED (
        SELECT
            s.learner,
            s.source -> 'columns' AS columns,
            CASE
                WHEN jsonb_typeof(s.source #> '{document,global_stats}') = 'object'
                    THEN s.source #> '{document,global_stats}'
                ELSE '{}'
            END AS stats,
            (s.source #> '{document,version}')::text = '1' AS ours
        FROM unnest(p_sources) WITH ORDINALITY AS s (source, learner)
    ),

    numbers AS (
        SELECT
            v.learner,
            jsonb_object_agg(
                v.key, least(greatest(trunc(v.number), 0), 2147483647)::bigint
            ) FILTER (WHERE NOT v.of_column) AS figures,
            jsonb_object_agg(
                v.key, least(greatest(trunc(v.number), 0), 2147483647)::bigint
            ) FILTER (WHERE v.of_column) AS column_figures
        FROM (
            SELECT
                p.learner, false AS of_column, e.key, hg__legacy_seen_number(e.value) AS number
            FROM places AS p
            CROSS JOIN LATERAL jsonb_each(p.stats) AS e
            UNION ALL
            SELECT p.learner, true, e.key, hg__legacy_seen_number(e.value)
            FROM places AS p
            CROSS JOIN LATERAL jsonb_each(p.columns) AS e
        ) AS v
        WHERE v.number IS NOT NULL
        GROUP BY v.learner
    ),

    -- Once for all learners: which of the texts are zones, and of which modules the names are.
    zones AS MATERIALIZED (
        SELECT unnest(hg__legacy_seen_zones(ARRAY(
            SELECT DISTINCT z.zone
            FROM places AS p
            CROSS JOIN LATERAL (
                VALUES (p.stats -> 'time_zone'), (p.stats -> 'time_zone_next')
            ) AS z (zone)
            WHERE jsonb_typeof(z.zone) = 'string'
        ))) AS zone
    ),

    names AS MATERIALIZED (
        SELECT n.name, n.module
        FROM hg__legacy_seen_names(
            ARRAY(
                SELECT DISTINCT p.stats ->> 'last_module' FROM places AS p
                WHERE p.ours AND jsonb_typeof(p.stats -> 'last_module') = 'string'
            ),
            p_version
        ) AS n
    )

    SELECT
        p.learner,
        p.stats,
        f.figures,
        f.column_figures,
        p.columns ? 'tokens',
        coalesce(
            hg__legacy_seen_instant(p.columns -> 'last_active'),
            hg__legacy_seen_instant(p.stats -> 'last_active')
        ),
        CASE
            WHEN p.stats -> 'time_zone' IN (SELECT z.zone FROM zones AS z)
                THEN p.stats ->> 'time_zone'
        END,
        CASE
            WHEN p.stats -> 'time_zone_next' IN (SELECT z.zone FROM zones AS z)
                THEN p.stats ->> 'time_zone_next'
        END,
        hg__legacy_seen_instant(p.stats -> 'time_zone_next_from'),
        CASE
            WHEN
                p.stats ->> 'activity_date' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
                AND hg__legacy_seen_instant(p.stats -> 'activity_date') IS NOT NULL
                THEN p.stats ->> 'activity_date'
        END,
        n.module
    FROM places AS p
    LEFT JOIN numbers AS f ON p.learner = f.learner
    LEFT JOIN names AS n
        ON p.ours AND jsonb_typeof(p.stats -> 'last_module') = 'string'
        AND n.name = p.stats ->> 'last_module';
END
$hg__legacy_seen_read_stats$;

REVOKE ALL ON FUNCTION hg__legacy_seen_read_stats FROM public;
