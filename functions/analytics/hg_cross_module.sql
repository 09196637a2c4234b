-- A learner across modules: the exact whole of the moves between them, and what follows from it.
-- Writes: nothing. Calls: hg__check_present, hg__learner, hg__require_sound, hg__log_access,
-- hg__is_block, hg__cross_pairs, hg__cross_bridges, hg__learning_sequence, hg__cross_next. Raises:
-- 22023, 55000, LG404, LG422.
-- SECURITY DEFINER: whoever is granted it gets one learner's figures, not the ledger.
CREATE OR REPLACE FUNCTION hg_cross_module(p_user_id users.id%TYPE) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_cross_module$
DECLARE
    v_learner record;
    v_modules jsonb;
    v_pairs record;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give the learner''s users.id.');
    v_learner := hg__learner(p_user_id);
    PERFORM hg__require_sound(v_learner.o_document);
    IF (v_learner.o_settings).access_log THEN
        PERFORM hg__log_access(p_user_id, 'hg_cross_module');
    END IF;
    -- What the catalog does not know may have come from anywhere.
    SELECT coalesce(jsonb_object_agg(m.module, b.block), '{}') INTO v_modules
    FROM hg_modules AS m
    CROSS JOIN LATERAL (SELECT v_learner.o_document -> 'modules' -> m.module) AS b (block)
    WHERE hg__is_block(b.block);
    v_pairs := hg__cross_pairs(p_user_id, v_modules);

    RETURN jsonb_build_object(
        'sessions', v_pairs.o_sessions,
        'moves', v_pairs.o_moves,
        'pairs', v_pairs.o_pairs,
        'bridge_concepts', hg__cross_bridges(v_modules),
        'learning_sequence', hg__learning_sequence(v_modules, (
            SELECT coalesce(jsonb_object_agg(p.pair ->> 'pair', p.pair), '{}')
            FROM jsonb_array_elements(v_pairs.o_pairs) AS p (pair)
        )),
        'next_module', hg__cross_next(
            v_modules, v_pairs.o_pairs,
            v_learner.o_document #>> '{global_stats,last_module}',
            (v_learner.o_settings).rules_version, v_learner.o_user_grade
        )
    );
END
$hg_cross_module$;

REVOKE ALL ON FUNCTION hg_cross_module FROM public;

COMMENT ON FUNCTION hg_cross_module IS
$$A learner across modules, from the whole ledger: {sessions, moves, pairs, bridge_concepts,
learning_sequence, next_module}. The document keeps the eight most frequent pairs; here are all.

sessions counts the token_runs and tests, moves those whose predecessor was in another module, in
the order of occurrence; reversed ones count in neither, and one that came too late is no move.
What hg_prune let go of is still counted, and neither a direct write nor hg_reset_module takes
anything away; a document that was imported or written with more than the ledger knows adds it.

pairs: {pair ("a>b"), from, to, count, good, questions, correct, success_rate, accuracy, lift,
lift_low, lift_high, pattern}, the most frequent first. success_rate is good / count, accuracy
correct / questions of the sessions in b after one in a; lift is that accuracy less b's over all, as
in hg_document (-1 to 1, null where b has no questions). lift_low to lift_high is where the lift
lies with 99 % confidence (Newcombe's interval of the pair's accuracy less that of b's other
questions, times their share of b's questions). Sessions are counted in it, not answers: those of
one session go well or badly together. It is null where there are no other
questions, or where b was reset or written directly, so that its figures are not of the same
sessions. pattern is "helps" or "hinders" only where that interval does not include 0 and the count
is 5 or more; else null: it may be chance.

bridge_concepts: {concept, modules, questions, correct, accuracy, mastered} of every concept that
two or more of the tried modules teach, their answers pooled; mastered where all of those are.
learning_sequence: from the module with most sessions along the most frequent pair to one not yet in
the list.

next_module: {module, reason, because}, or null: helps (better after the module played last), finish
(the tried one nearest to mastery, if at most 30 answers away), review (mastered, but at most 2 of
the latest 5 sessions were good), finish (however far), new (one not tried that is for the learner's
grade; rather with a concept of those tried, rather an easy one). because says it in figures.

Names of modules and concepts are the catalog's. Ratios have four decimals.

Arguments: p_user_id the learner.
Errors: 22023 the argument is NULL, 55000 a legacy import is pending, LG404 unknown learner, LG422
the stored document is malformed.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_cross_module(1) -> 'next_module';

The document's own figures: docs/document.md$$;
