-- A group of learners across modules, told so that no child can be singled out.
-- Writes: nothing. Calls: hg__cross_filter, hg__require_live, hg__cross_cells,
-- hg__cross_cohort_pairs, hg__cross_cohort_modules, hg__learning_sequence. Raises: 22023, 55000.
-- PARALLEL UNSAFE: hg__cross_filter has a subtransaction.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_cross_module_cohort(p_filter jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_cross_module_cohort$
DECLARE
    v_filter record := hg__cross_filter(p_filter);
    v_least integer := (
        SELECT s.value::integer FROM hg_settings AS s WHERE s.name = 'cohort_min_learners'
    );
    v_cells jsonb;
BEGIN
    PERFORM hg__require_live();
    v_cells := (
        SELECT jsonb_object_agg(k.kind, k.cells)
        FROM (
            SELECT
                c.o_kind AS kind,
                jsonb_object_agg(c.o_name, c.o_figures || jsonb_build_object(
                    'exact_questions', c.o_questions, 'exact_correct', c.o_correct,
                    'exact_count', c.o_count
                )) AS cells
            FROM hg__cross_cells(
                v_filter.o_user_ids, v_filter.o_grades, v_filter.o_active_since, v_least
            ) AS c
            GROUP BY c.o_kind
        ) AS k
    );
    IF v_cells -> 'sessions' IS NULL THEN
        RAISE EXCEPTION 'the group is too small' USING
            ERRCODE = 'invalid_parameter_value',
            DETAIL = format('Fewer than %s learners of it have completed a session.', v_least),
            HINT = 'Take a larger group; the setting cohort_min_learners says how large.';
    END IF;

    RETURN jsonb_build_object(
        'learners', v_cells #> '{sessions,"",learners}',
        'sessions', v_cells #> '{sessions,"",count}',
        'moves', coalesce(v_cells #> '{moves,"",count}', '0'),
        'pairs', hg__cross_cohort_pairs(v_cells),
        'modules', hg__cross_cohort_modules(v_cells, 'module'),
        'bridge_concepts', hg__cross_cohort_modules(v_cells, 'concept'),
        -- From what is shown, in the form of a document's blocks.
        'learning_sequence', hg__learning_sequence((
            SELECT jsonb_object_agg(m.module, jsonb_build_object(
                'progress', jsonb_build_object(
                    'recent_results', '', 'sessions_completed', m.figures -> 'count'
                )
            ))
            FROM jsonb_each(v_cells -> 'module') AS m (module, figures)
        ), coalesce(v_cells -> 'pair', '{}'))
    );
END
$hg_cross_module_cohort$;

REVOKE ALL ON FUNCTION hg_cross_module_cohort FROM public;

COMMENT ON FUNCTION hg_cross_module_cohort IS
$$A group of learners across modules: {learners, sessions, moves, pairs, modules, bridge_concepts,
learning_sequence}, as hg_cross_module has them of one, added up over the group from their ledgers.
pairs: {pair, from, to, learners, count, good, questions, correct, success_rate, accuracy, lift,
lift_low, lift_high, pattern}; modules: {module, learners, sessions, questions, correct, accuracy,
mastered}; bridge_concepts: {concept, modules, learners, questions, correct, accuracy, mastered};
learners says how many add to the figure, mastered how many of them have mastered it. lift compares
with b's accuracy in the group. That b goes better after a may also be because other learners go
that way: it is a reason to look, not a proof.

What keeps a child from being singled out. A group of which fewer learners than the setting
cohort_min_learners (10 by default) have completed a session is refused, and does not say how many
they are. A pair, module or concept to which fewer than that add, or where one learner gave more
than half of the answers, is left out. Numbers of learners are rounded to a multiple of 5; every
other count to a multiple of a step (5, 10, 20, 50, 100 ...) that is at least as large as what any
one learner adds to it, so that the same group without one child shows the same count or the next,
whoever the child is. Ratios, lifts and intervals have two decimals. So two groups that differ by
one child tell nothing exact of that child. They may tell something inexact, and many chosen groups
tell more: who may call this should be trusted with learners' figures anyway.

Arguments: p_filter {"user_ids": [ids], "grades": ["K", "3"], "active_since": instant}: learners who
are in all that is given; {} for everybody. Ids that nobody has, and learners without a session,
add nothing.
Errors: 22023 NULL, no object, an unknown key, a value that cannot be read, or too small a group;
55000 a legacy import is pending.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_cross_module_cohort('{"grades": ["3"]}') -> 'pairs';$$;
