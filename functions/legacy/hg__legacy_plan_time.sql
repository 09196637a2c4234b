-- The plan's part on time: seconds that steps take for all learners, between low and high. basis:
-- measured where an import has run here, else an estimate by what a learner took where this was
-- made (PostgreSQL 18, two cores, generated learners: alone, and beside other work). p_state,
-- p_users: the parts before.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_time(p_state jsonb, p_users jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_time$
DECLARE
    v_rows numeric := (p_users ->> 'rows')::numeric;
    v_done numeric := (p_state #>> '{import,learners}')::numeric;
    v_measured numeric := CASE
        WHEN v_done > 0 THEN (p_state #>> '{import,busy_seconds}')::numeric * 1000 / v_done
    END;
BEGIN
    RETURN (
        SELECT jsonb_agg(jsonb_build_object(
            'step', t.step,
            'basis', t.basis,
            'learners', t.learners,
            'ms_per_learner_low', round(t.low, 2),
            'ms_per_learner_high', round(t.high, 2),
            'seconds_low', round(t.low * t.learners / 1000, 1),
            'seconds_high', round(t.high * t.learners / 1000, 1)
        ))
        FROM (
            VALUES
            ('plan', 'estimate', v_rows, 0.43, 0.83),
            (
                'import',
                CASE WHEN v_measured IS NULL THEN 'estimate' ELSE 'measured' END,
                CASE
                    WHEN p_state #>> '{import,finished_at}' IS NULL
                        THEN greatest(v_rows - coalesce(v_done, 0), 0)
                    ELSE v_rows
                END,
                coalesce(v_measured, 3.0), coalesce(v_measured, 6.0)
            ),
            ('verify', 'estimate', v_rows, 2.9, 4.3),
            ('cutover', 'estimate', v_rows, 0.4, 2.0),
            ('rollback', 'estimate', v_rows, 0.8, 1.4)
        ) AS t (step, basis, learners, low, high)
    );
END
$hg__legacy_plan_time$;

REVOKE ALL ON FUNCTION hg__legacy_plan_time FROM public;
