-- A cheap look at the progress of one module: a key missing, of another type, or a figure out of
-- its range. The path and the word for it are hg__document_problem's to find.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__progress_broken(p_progress jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN jsonb_path_match(
    p_progress,
    'strict $.sessions_completed >= 0 && $.tokens_earned >= 0 && $.time_spent_total >= 0
    && $.correct_answers >= 0 && $.total_questions_answered >= $.correct_answers
    && $.recent_correct >= 0 && $.recent_questions >= $.recent_correct
    && $.attempt_good >= 0 && $.attempt_bad >= 0
    && $.streak_current >= 0 && $.streak_best >= 0
    && $.best_score >= 0 && $.best_score <= 100
    && $.preferred_difficulty >= 1 && $.preferred_difficulty <= 5
    && $.mastery_level.type() == "boolean" && $.test_taken.type() == "boolean"
    && $.test_rewarded.type() == "boolean" && $.types_complete.type() == "array"
    && $.concepts.type() == "string" && $.recent_results.type() == "string"',
    silent => true
) IS NOT TRUE
OR NOT p_progress ?& '{
    timestamp,mastered_at,mastery_override,best_time,last_played,lesson,current_step
}';

REVOKE ALL ON FUNCTION hg__progress_broken FROM public;
