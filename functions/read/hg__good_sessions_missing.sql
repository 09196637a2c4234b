-- How many good sessions a form of mastery still needs, at the least; NULL: none would do, or the
-- form does not count them. Only for forms that do not hold yet.
-- Writes: nothing. Calls: hg__form_holds. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__good_sessions_missing(
    p_form jsonb, p_rules hg_rules, p_block jsonb, p_user_grade smallint
) RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__good_sessions_missing$
DECLARE
    v_progress jsonb := p_block -> 'progress';
    v_levels integer := p_rules.grade_top - (p_block ->> 'grade_level')::integer;
    v_good integer := v_progress ->> 'attempt_good';
BEGIN
    IF p_form ? 'in_a_row' THEN
        RETURN (p_form #>> '{in_a_row,n}')::bigint - (v_progress ->> 'streak_current')::bigint;
    ELSIF p_form ? 'm_of_n' THEN
        RETURN (
            SELECT min(g.n)
            FROM generate_series(1, 10) AS g (n)
            WHERE hg__form_holds(
                p_form, p_rules,
                jsonb_set(p_block, '{progress,recent_results}', to_jsonb(right(
                    (v_progress ->> 'recent_results') || repeat('1', g.n), 10
                ))),
                p_user_grade
            )
        );
    ELSIF p_form ? 'top_level' AND p_rules.level_moves = 'grade' AND v_levels >= 0 THEN
        -- Each level begins counting anew; a session moves by one at the most.
        RETURN CASE v_levels
            WHEN 0 THEN p_rules.up_after - v_good
            ELSE greatest(p_rules.up_after - v_good, 1) + v_levels::bigint * p_rules.up_after
        END;
    END IF;
    RETURN NULL;
END
$hg__good_sessions_missing$;

REVOKE ALL ON FUNCTION hg__good_sessions_missing FROM public;
