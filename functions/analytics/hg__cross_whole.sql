-- What a checkpoint carries of the moves between modules where the rows that tell of them go.
-- p_kept_*: the place, in the checkpoint's own segment, from which on rows stay.
-- Writes: nothing. Calls: hg__cross_tallies. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__cross_whole(
    p_checkpoint hg_ledger, p_kept_at timestamptz, p_kept_id uuid
) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_whole$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
            'pairs', coalesce(jsonb_object_agg(
                t.o_from || '>' || t.o_to,
                jsonb_build_object(
                    'count', t.o_count, 'good', t.o_good,
                    'questions', t.o_questions, 'correct', t.o_correct
                )
            ) FILTER (WHERE t.o_from <> '*'), '{}'),
            'modules', coalesce(jsonb_object_agg(
                t.o_to,
                jsonb_build_object('progress', jsonb_build_object(
                    'sessions_completed', t.o_count,
                    'total_questions_answered', t.o_questions, 'correct_answers', t.o_correct
                ))
            ) FILTER (WHERE t.o_from = '*'), '{}')
        )
        FROM hg__cross_tallies(
            p_checkpoint.user_id, p_checkpoint.ledger_id, p_kept_at, p_kept_id
        ) AS t
    );
END
$hg__cross_whole$;

REVOKE ALL ON FUNCTION hg__cross_whole FROM public;
