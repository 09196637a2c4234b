-- The step of the fold for a write of the older columns of users: questions and correct answers
-- that were counted there, and a later last_active.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__fold_adjustment(p_document jsonb, p_entry hg_ledger) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__fold_adjustment$
DECLARE
    v_stats jsonb := p_document -> 'global_stats';
    v_questions bigint := least(
        (v_stats ->> 'total_questions_answered')::bigint
        + (p_entry.details ->> 'questions')::bigint,
        2147483647
    );
BEGIN
    RETURN p_document || jsonb_build_object('global_stats', v_stats || jsonb_build_object(
        'total_questions_answered', v_questions,
        'total_correct_answers', least(
            (v_stats ->> 'total_correct_answers')::bigint
            + (p_entry.details ->> 'correct')::bigint,
            v_questions
        ),
        'last_active', CASE
            WHEN (v_stats ->> 'last_active')::timestamptz
                >= (p_entry.details ->> 'last_active')::timestamptz
                THEN v_stats -> 'last_active'
            ELSE coalesce(
                nullif(p_entry.details -> 'last_active', 'null'), v_stats -> 'last_active'
            )
        END
    ));
END
$hg__fold_adjustment$;

REVOKE ALL ON FUNCTION hg__fold_adjustment FROM public;
