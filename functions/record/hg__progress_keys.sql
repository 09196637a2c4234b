-- The keys of a block's progress that the fold knows: those of the type hg_progress.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__progress_keys() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '{
    timestamp,concepts,preferred_difficulty,mastery_level,mastered_at,mastery_override,
    sessions_completed,total_questions_answered,correct_answers,tokens_earned,time_spent_total,
    best_score,best_time,last_played,test_taken,test_rewarded,attempt_good,attempt_bad,lesson,
    streak_current,streak_best,recent_results,recent_questions,recent_correct,types_complete,
    current_step
}'::text[];

REVOKE ALL ON FUNCTION hg__progress_keys FROM public;
