-- The five newest moves of a module's grade: sessions that moved it and tests that set it.
-- Writes: nothing. Calls: hg__exact_instant_text, hg__reversed. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__last_moves(p_user_id users.id%TYPE, p_module text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__last_moves$
DECLARE
    v_reversed uuid[] := hg__reversed(p_user_id);
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
            'activity_id', l.id,
            'occurred_at', hg__exact_instant_text(l.occurred_at),
            'level_change', l.level_change,
            'grade_level', l.grade_level
        ) ORDER BY l.occurred_at DESC, l.id DESC), '[]')
        FROM (
            SELECT m.id, m.occurred_at, m.level_change, m.grade_level
            FROM hg_ledger AS m
            INNER JOIN hg_rules AS r ON m.rules_version = r.rules_version AND m.module = r.module
            WHERE m.user_id = p_user_id AND m.module = p_module AND m.kind = 'activity'
            AND NOT m.too_late AND m.id <> ALL (v_reversed)
            AND (m.level_change <> 0 OR (m.run_type = 'test' AND r.test_kind = 'grade'))
            ORDER BY m.occurred_at DESC, m.id DESC
            LIMIT 5
        ) AS l
    );
END
$hg__last_moves$;

REVOKE ALL ON FUNCTION hg__last_moves FROM public;
