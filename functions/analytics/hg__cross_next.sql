-- The module a learner had best go on with, and why; NULL: there is none. The first of these that
-- there is: helps, a module not mastered in which the learner does better after the one played
-- last; finish, the tried module nearest to mastery, if that is at most 30 answers away; review, a
-- mastered one in which at most two of the newest five sessions were good; finish, however far;
-- new, one not tried yet, rather one that shares a concept with those tried, rather an easy one.
-- Writes: nothing. Calls: hg__cross_candidates, hg__ratio, hg__more, hg__cross_new. Raises: nothing
-- for a well-formed document.
CREATE OR REPLACE FUNCTION hg__cross_next(
    p_modules jsonb, p_pairs jsonb, p_last_module text, p_rules_version integer,
    p_user_grade smallint
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_next$
DECLARE
    c_near CONSTANT integer := 30;
BEGIN
    RETURN (
        WITH candidates AS MATERIALIZED (
            SELECT c.* FROM hg__cross_candidates(p_modules, p_rules_version, p_user_grade) AS c
        ),

        reasons AS (
            SELECT
                c.o_module AS module, 'helps' AS reason, 1 AS rank,
                -(p.pair ->> 'lift_low')::numeric AS place,
                format(
                    '%s %% correct in %s sessions after %s, %s %% in all %s questions.',
                    trim_scale(100 * (p.pair ->> 'accuracy')::numeric), p.pair ->> 'count',
                    p_last_module, trim_scale(100 * hg__ratio(c.o_correct, c.o_questions)),
                    c.o_questions
                ) AS because
            FROM candidates AS c
            INNER JOIN jsonb_array_elements(p_pairs) AS p (pair)
                ON p.pair ->> 'to' = c.o_module AND p.pair ->> 'from' = p_last_module
                AND p.pair ->> 'pattern' = 'helps'
            WHERE NOT c.o_mastered
            UNION ALL
            SELECT
                c.o_module, 'finish', CASE WHEN c.o_answers <= c_near THEN 2 ELSE 4 END,
                c.o_answers::numeric,
                format(
                    '%s of %s answers were correct; mastered with about %s.', c.o_correct,
                    c.o_questions, hg__more(greatest(c.o_answers, 1)::bigint, 'correct answer')
                )
            FROM candidates AS c
            WHERE c.o_tried AND NOT c.o_mastered AND c.o_answers < 'infinity'
            UNION ALL
            SELECT
                c.o_module, 'review', 3, g.good,
                format('Mastered, but only %s of the latest 5 sessions were good.', g.good)
            FROM candidates AS c
            CROSS JOIN LATERAL (
                SELECT length(replace(c.o_latest, '0', ''))
            ) AS g (good)
            WHERE c.o_tried AND c.o_mastered AND length(c.o_latest) = 5 AND g.good <= 2
            UNION ALL
            SELECT c.o_module, 'new', 5, n.o_place, n.o_because
            FROM candidates AS c
            CROSS JOIN LATERAL hg__cross_new(c.o_module, c.o_difficulty, p_modules) AS n
            WHERE NOT c.o_tried AND NOT c.o_mastered AND c.o_fits
        )

        SELECT jsonb_build_object(
            'module', r.module, 'reason', r.reason, 'because', r.because
        )
        FROM reasons AS r
        ORDER BY r.rank, r.place, r.module COLLATE "C"
        LIMIT 1
    );
END
$hg__cross_next$;

REVOKE ALL ON FUNCTION hg__cross_next FROM public;
