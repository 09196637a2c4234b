-- An analysis without OpenAI.
-- Writes: hg_ai_analyses, users, hg_ledger (a learner's first checkpoint). Calls:
-- hg__check_present, hg__require_live, hg__check_known, hg__ai_check_scope, hg__ai_fill.
-- Raises: 22023, 55000, LG404, LG405, LG422.
-- SECURITY DEFINER: applications may execute this but not write users.
CREATE OR REPLACE FUNCTION hg_fill_analytics_by_rules(
    p_user_id users.id%TYPE,
    p_scope text DEFAULT 'global'
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_fill_analytics_by_rules$
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_present('p_scope', p_scope, 'Give global, cross_module or a module.');
    PERFORM hg__require_live();
    PERFORM hg__check_known(p_user_id);
    PERFORM hg__ai_check_scope(p_scope);
    RETURN hg__ai_fill(p_user_id, p_scope);
END
$hg_fill_analytics_by_rules$;

REVOKE ALL ON FUNCTION hg_fill_analytics_by_rules FROM public;
GRANT EXECUTE ON FUNCTION hg_fill_analytics_by_rules TO hg_app;

COMMENT ON FUNCTION hg_fill_analytics_by_rules IS
$$Fills an analysis from the learner's figures by arithmetic alone, and returns the section: no key,
no network and no consent are needed, and the same figures always give the same analysis.

Arguments: p_scope global, cross_module or an active module.
Returns the eleven keys of the section as it now stands in the document: learning_patterns and
engagement_analysis {summary, figures {name: number}}; strengths and weaknesses: concepts the
learner has tried, never one in both; areas_for_improvement and suggested_activities: sentences;
source "rules". Before the first session in the scope they are empty. An answer of OpenAI's stays,
and is returned, until a new one is due (ai_every_sessions, ai_every_days, ai_after_mastery); where
the figures say what is there already, nothing is written.

Errors: 22023 an argument is NULL, 55000 a legacy import is pending, LG404 unknown learner, LG405
unknown or inactive module, LG422 malformed document. After an error nothing has changed.

Example: SELECT hg_fill_analytics_by_rules(1) -> 'strengths';

Rules: docs/ai-analytics.md$$;
