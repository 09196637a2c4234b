-- The learners of a filter as hg__cross_filter has read it, one more than p_most at the most:
-- name and document. Planned each time, so that ids are looked up by key.
-- Writes: nothing. Calls: hg__report_name, hg__skeleton, hg__grade_number, hg__instant_text.
-- Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_learners(
    p_user_ids jsonb, p_grades text[], p_active_since timestamptz, p_most integer,
    p_rules_version integer
) RETURNS TABLE (o_user_id users.id%TYPE, o_name text, o_document jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET plan_cache_mode TO 'force_custom_plan'
AS $hg__report_learners$
BEGIN
    RETURN QUERY
    SELECT
        u.id,
        coalesce(hg__report_name(to_jsonb(u) - 'hidden_grade_asset'), 'Learner ' || u.id),
        d.document
    FROM users AS u
    CROSS JOIN LATERAL (
        SELECT coalesce(
            u.hidden_grade_asset #> '{}',
            hg__skeleton(p_rules_version, hg__grade_number(u.grade::text))
        )
        OFFSET 0
    ) AS d (document)
    WHERE (
        u.id = ANY (ARRAY(
            SELECT s.user_id
            FROM jsonb_array_elements(p_user_ids) AS i (id)
            CROSS JOIN LATERAL jsonb_populate_record(
                NULL::hg_snapshots, jsonb_build_object('user_id', i.id)
            ) AS s
        ))
        OR p_user_ids IS NULL
    )
    AND (
        p_grades IS NULL OR coalesce(
            hg__grade_number(u.grade::text)::text, btrim(u.grade::text)
        ) = ANY (p_grades)
    )
    AND (
        p_active_since IS NULL OR d.document #>> '{global_stats,last_active}'
        >= hg__instant_text(p_active_since) COLLATE "C"
    )
    LIMIT p_most + 1;
END
$hg__report_learners$;

REVOKE ALL ON FUNCTION hg__report_learners FROM public;
