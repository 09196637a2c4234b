-- Lets go of all that our tables hold of a learner, or of everybody (NULL); users is the caller's.
-- Returns how many rows there were, {table: number}. What the leaderboard keeps while a refresh
-- holds it goes with that refresh or the next.
-- Writes: every table with a user_id, and as hg__forget_standing. Calls: hg__learner_tables,
-- hg__forget_standing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__forget_learner(p_user_id users.id%TYPE) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__forget_learner$
DECLARE
    v_table record;
    v_rows bigint;
    v_counts jsonb := '{}';
BEGIN
    FOR v_table IN SELECT t.o_table, t.o_type FROM hg__learner_tables() AS t LOOP
        EXECUTE format( -- dynamic: which tables there are
            CASE
                -- Counted only: nobody waits for a refresh here.
                WHEN starts_with(v_table.o_table::text, 'hg_standings')
                    THEN 'SELECT count(*) FROM %s AS t WHERE $1 IS NULL OR t.user_id = $1::%s'
                ELSE
                    'WITH gone AS (DELETE FROM %s AS t WHERE $1 IS NULL OR t.user_id = $1::%s '
                    'RETURNING 1) SELECT count(*) FROM gone'
            END,
            v_table.o_table, v_table.o_type
        )
        INTO v_rows
        USING p_user_id;
        v_counts := v_counts || jsonb_build_object(v_table.o_table::text, v_rows);
    END LOOP;
    PERFORM hg__forget_standing(p_user_id);
    RETURN v_counts;
END
$hg__forget_learner$;

REVOKE ALL ON FUNCTION hg__forget_learner FROM public;
