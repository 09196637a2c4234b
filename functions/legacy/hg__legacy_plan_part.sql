-- What stands under the key of a part of the plan (hg__legacy_plan_parts), once that part is done;
-- p_plan are the parts before it. Each can be a statement, and a transaction, of its own.
-- Writes: nothing. Calls: hg__legacy_plan_state, hg__legacy_plan_users, hg__legacy_plan_table,
-- hg__legacy_plan_no_home, hg__legacy_plan_merges, hg__legacy_plan_warnings,
-- hg__legacy_plan_limits, hg__legacy_plan_locks, hg__legacy_plan_time, hg__legacy_plan_space,
-- hg__legacy_plan_next. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_part(p_part text, p_plan jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_part$
DECLARE
    v_state jsonb := p_plan -> 'state';
    v_users jsonb := p_plan -> 'users';
    v_tables jsonb := p_plan -> 'tables';
BEGIN
    CASE p_part
        WHEN 'state' THEN
            RETURN hg__legacy_plan_state();
        WHEN 'users' THEN
            RETURN hg__legacy_plan_users();
        WHEN 'no_home' THEN
            RETURN hg__legacy_plan_no_home(v_users, v_tables);
        WHEN 'merges' THEN
            RETURN hg__legacy_plan_merges(v_users, v_tables);
        WHEN 'warnings' THEN
            RETURN hg__legacy_plan_warnings(v_state, v_users, v_tables);
        WHEN 'limits' THEN
            RETURN hg__legacy_plan_limits(v_tables);
        WHEN 'locks' THEN
            RETURN hg__legacy_plan_locks();
        WHEN 'time' THEN
            RETURN hg__legacy_plan_time(v_state, v_users);
        WHEN 'space' THEN
            RETURN hg__legacy_plan_space(v_users, v_tables);
        WHEN 'next' THEN
            RETURN hg__legacy_plan_next(v_state, v_users, v_tables);
        ELSE
            RETURN coalesce(v_tables, '[]') || hg__legacy_plan_table(p_part, CASE
                WHEN p_part = 'module_history' THEN 'feeds'
                WHEN p_part IN ('leaderboard', 'recommendations') THEN 'kept'
                ELSE 'replaced'
            END);
    END CASE;
END
$hg__legacy_plan_part$;

REVOKE ALL ON FUNCTION hg__legacy_plan_part FROM public;
