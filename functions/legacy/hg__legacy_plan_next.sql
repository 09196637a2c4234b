-- The plan's part on what to do next: the state that make migrate would make where there is none,
-- and the command. p_state, p_users, p_tables: the parts before.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_next(
    p_state jsonb, p_users jsonb, p_tables jsonb
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_next$
DECLARE
    v_legacy boolean := p_users -> 'rows' > '0' AND (
        EXISTS (
            SELECT FROM jsonb_array_elements(p_tables) AS t (item)
            WHERE t.item @> '{"found": true, "use": "replaced"}'
        ) OR EXISTS (
            SELECT FROM jsonb_array_elements(p_users -> 'document' -> 'shapes') AS s (item)
            WHERE s.item ->> 'shape' = 'null' AND s.item -> 'learners' < p_users -> 'rows'
        ) OR EXISTS (
            SELECT FROM jsonb_array_elements(p_users -> 'columns') AS c (item)
            WHERE c.item ->> 'column' IN (
                'tokens', 'streak_days', 'daily_tokens_earned', 'questions_answered',
                'correct_answers', 'daily_engagement_minutes', 'preferred_difficulty',
                'fastest_category', 'highest_score_category', 'learning_style',
                'strength_concepts', 'weakness_concepts'
            ) AND c.item -> 'other' > '0'
        )
    );
    v_state text := coalesce(
        p_state ->> 'state', CASE WHEN v_legacy THEN 'pending' ELSE 'none' END
    );
BEGIN
    RETURN jsonb_build_object('state', v_state) || CASE
        WHEN p_state ->> 'state' IS NULL AND v_legacy THEN jsonb_build_object(
            'command', 'make migrate',
            'note', 'installs; the state is pending then, and nothing moves until make import'
        )
        WHEN p_state ->> 'state' IS NULL THEN jsonb_build_object(
            'command', 'make migrate',
            'note', 'there is nothing to move: the API is live at once'
        )
        WHEN v_state IN ('pending', 'importing') THEN jsonb_build_object(
            'command', 'make import',
            'note', 'builds the documents beside the old ones; the old application goes on'
        )
        WHEN v_state = 'imported' THEN jsonb_build_object(
            'command', 'make verify',
            'note', 'reads everything again; when it is clean, make cutover'
        )
        WHEN v_state = 'cut_over' AND p_state #> '{import,rolling_back}' = 'true' THEN
            jsonb_build_object(
                'command', 'make rollback',
                'note', 'a rollback has begun: this goes on to its end'
            )
        WHEN v_state = 'cut_over' AND p_state #> '{import,finalizing}' = 'true' THEN
            jsonb_build_object(
                'command', 'make finalize CONFIRM=yes',
                'note', 'finalize has begun to drop: this goes on; there is no way back'
            )
        WHEN v_state = 'cut_over' THEN jsonb_build_object(
            'command', 'make finalize CONFIRM=yes',
            'note', 'lets go of the old; until then make rollback goes back'
        )
        WHEN v_state = 'finalized' THEN jsonb_build_object(
            'command', NULL,
            'note', 'the move is over; make purge CONFIRM=yes empties the archive'
        )
        ELSE jsonb_build_object('command', NULL, 'note', 'there is nothing to move')
    END;
END
$hg__legacy_plan_next$;

REVOKE ALL ON FUNCTION hg__legacy_plan_next FROM public;
