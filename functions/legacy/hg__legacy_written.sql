-- What a write of the older columns asks for, from the columns before and after it: o_amount,
-- tokens to grant (above 0) or to spend (below); o_adjustment, what else is taken, NULL: nothing;
-- and whether something was written that is not taken. NULL and what is no number count as not
-- written.
-- Writes: nothing. Calls: hg__legacy_number, hg__legacy_instant, hg__instant_text. Raises: LG402.
CREATE OR REPLACE FUNCTION hg__legacy_written(
    p_before jsonb, p_after jsonb,
    OUT o_amount bigint, OUT o_adjustment jsonb, OUT o_ignored boolean
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_written$
DECLARE
    v_difference jsonb := (
        SELECT jsonb_object_agg(c.name, trunc(
            hg__legacy_number(p_after -> c.name)
            - coalesce(hg__legacy_number(p_before -> c.name), 0)
        ))
        FROM unnest(ARRAY['tokens', 'questions_answered', 'correct_answers']) AS c (name)
    );
    v_questions bigint := greatest((v_difference ->> 'questions_answered')::numeric, 0);
    v_correct bigint := greatest((v_difference ->> 'correct_answers')::numeric, 0);
    v_active timestamptz := date_trunc('second', hg__legacy_instant(p_after -> 'last_active'));
BEGIN
    IF hg__legacy_number(p_after -> 'tokens') < 0 THEN
        RAISE EXCEPTION 'not enough tokens' USING
            ERRCODE = 'LG402',
            DETAIL = format(
                'The balance is %s, users.tokens would become %s.',
                p_before ->> 'tokens', p_after ->> 'tokens'
            ),
            HINT = 'Nothing was written; a balance is 0 or more.';
    END IF;
    o_amount := coalesce((v_difference ->> 'tokens')::bigint, 0);

    IF coalesce(hg__legacy_instant(p_before -> 'last_active') >= v_active, false) THEN
        v_active := NULL;
    END IF;
    IF coalesce(v_questions, 0) > 0 OR coalesce(v_correct, 0) > 0 OR v_active IS NOT NULL THEN
        o_adjustment := jsonb_build_object(
            'questions', coalesce(v_questions, 0),
            'correct', coalesce(v_correct, 0),
            'last_active', hg__instant_text(v_active)
        );
    END IF;
    o_ignored := EXISTS (
        SELECT
        FROM jsonb_each(p_after) AS a (name, value)
        WHERE a.value <> 'null' AND a.value IS DISTINCT FROM p_before -> a.name
        AND CASE
            WHEN a.name IN ('questions_answered', 'correct_answers')
                THEN (v_difference ->> a.name)::numeric < 0
            ELSE a.name NOT IN ('tokens', 'last_active')
        END
    );
END
$hg__legacy_written$;

REVOKE ALL ON FUNCTION hg__legacy_written FROM public;
