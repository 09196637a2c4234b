-- The learners that a filter means, as hg__cross_filter has read it.
-- Writes: nothing. Calls: hg__grade_number, hg__instant_text. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_group(
    p_user_ids jsonb, p_grades text[], p_active_since timestamptz
) RETURNS TABLE (o_user_id users.id%TYPE, o_modules jsonb)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_group$
BEGIN
    RETURN QUERY
    SELECT u.id, d.document -> 'modules'
    FROM users AS u
    CROSS JOIN LATERAL (SELECT u.hidden_grade_asset #> '{}') AS d (document)
    WHERE (
        p_user_ids IS NULL OR u.id IN (
            SELECT s.user_id
            FROM jsonb_array_elements(p_user_ids) AS i (id)
            CROSS JOIN LATERAL jsonb_populate_record(
                NULL::hg_snapshots, jsonb_build_object('user_id', i.id)
            ) AS s
        )
    )
    AND (
        p_grades IS NULL OR coalesce(
            hg__grade_number(u.grade::text)::text, btrim(u.grade::text)
        ) = ANY (p_grades)
    )
    AND (
        p_active_since IS NULL OR d.document #>> '{global_stats,last_active}'
        >= hg__instant_text(p_active_since) COLLATE "C"
    );
END
$hg__cross_group$;

REVOKE ALL ON FUNCTION hg__cross_group FROM public;
