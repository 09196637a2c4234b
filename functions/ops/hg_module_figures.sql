-- The figures of each module over all documents, for hg_v_modules. Of a table of more than 80 MB a
-- sample of that size is read, and the figures are scaled (exact: false).
-- Writes: nothing. Calls: nothing. Raises: nothing.
-- SECURITY DEFINER: who may read the view needs no right on users.
CREATE OR REPLACE FUNCTION hg_module_figures() RETURNS TABLE (
    module text, active boolean, learners bigint, sessions bigint, questions bigint,
    correct bigint, mastered bigint, exact boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_module_figures$
#variable_conflict use_column
DECLARE
    c_cheap_bytes CONSTANT bigint := 80 * 1024 * 1024;
    v_share numeric := (
        SELECT least(1, c_cheap_bytes / greatest(sum(pg_relation_size(c.oid)), 1))
        FROM pg_class AS c
        WHERE c.oid = 'users'::regclass
        OR c.oid IN (SELECT t.relid FROM pg_partition_tree('users') AS t)
    );
BEGIN
    RETURN QUERY
    SELECT
        m.module, m.active,
        round(coalesce(f.learners, 0) / v_share)::bigint,
        round(coalesce(f.sessions, 0) / v_share)::bigint,
        round(coalesce(f.questions, 0) / v_share)::bigint,
        round(coalesce(f.correct, 0) / v_share)::bigint,
        round(coalesce(f.mastered, 0) / v_share)::bigint,
        v_share = 1
    FROM hg_modules AS m
    LEFT JOIN (
        SELECT
            b.module,
            count(*) FILTER (WHERE b.sessions > 0) AS learners,
            sum(b.sessions) AS sessions, sum(b.questions) AS questions, sum(b.correct) AS correct,
            count(*) FILTER (WHERE b.mastered) AS mastered
        FROM (
            SELECT
                k.key AS module,
                (k.value #>> '{progress,sessions_completed}')::integer AS sessions,
                (k.value #>> '{progress,total_questions_answered}')::integer AS questions,
                (k.value #>> '{progress,correct_answers}')::integer AS correct,
                (k.value #>> '{progress,mastery_level}')::boolean AS mastered
            FROM users AS u TABLESAMPLE SYSTEM ((100 * v_share)::real)
            CROSS JOIN LATERAL jsonb_each(u.hidden_grade_asset::jsonb -> 'modules') AS k
        ) AS b
        GROUP BY b.module
    ) AS f ON m.module = f.module;
END
$hg_module_figures$;

REVOKE ALL ON FUNCTION hg_module_figures FROM public;

COMMENT ON FUNCTION hg_module_figures IS
$$Every module of the catalog over all learners, lifetime: active, learners (who had a session),
sessions, questions, correct, mastered (learners). exact: false where users is larger than 80 MB;
then a sample is read and the figures are scaled. The view hg_v_modules shows it.

Only the owner may call it; grant it, with the view, to a dashboard.

Example: SELECT * FROM hg_module_figures();$$;
