-- The score of an activity, percent, halves up; for display and best_score, never for a comparison.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__score(p_entry hg_ledger) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN (200 * p_entry.correct + p_entry.questions) / (2 * p_entry.questions);

REVOKE ALL ON FUNCTION hg__score FROM public;
