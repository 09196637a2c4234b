-- What module_history tells: its last instant, the module of the last session, when each module was
-- played last (an object, module -> instant), and the pairs of modules played one after the other.
-- Rows of modules that the catalog does not know count for the last instant only. p_active are the
-- active modules.
-- Writes: nothing. Calls: hg__legacy_array, hg__legacy_plain, hg__legacy_names, hg__legacy_at,
-- hg__legacy_instant, hg__legacy_count, hg__legacy_id, hg__legacy_pairs. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_history(
    p_rows jsonb, p_active text[], p_rules_version integer,
    OUT o_last timestamptz, OUT o_last_module text, OUT o_played jsonb, OUT o_pairs jsonb
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_history$
DECLARE
    v_rows jsonb := hg__legacy_array(p_rows);
    v_plain boolean;  -- all counts and instants may be cast
    v_names text[];
    v_modules jsonb;
    v_session record;
    v_played text[];
    v_at text[];
    v_pairs text[];
    v_good boolean[];
    v_questions integer[];
    v_correct integer[];
BEGIN
    o_played := '{}';
    o_pairs := '{}';
    IF v_rows = '[]' THEN
        RETURN;
    END IF;
    SELECT
        hg__legacy_plain(
            string_agg(concat_ws(
                ',', h.item -> 'questions_total', h.item -> 'questions_correct'
            ), ','),
            '',
            string_agg((h.item -> 'completed_at')::text, ',')
        ),
        array_agg(DISTINCT h.item ->> 'module_name')
    INTO v_plain, v_names
    FROM jsonb_array_elements(v_rows) AS h (item);
    v_modules := hg__legacy_names(v_names, p_active, p_rules_version);

    FOR v_session IN
        SELECT
            h.at,
            r.module,
            h.item ->> 'run_type' IN ('token_run', 'test') AS counts,
            h.questions,
            least(h.correct, h.questions) AS correct,
            h.questions >= r.min_questions
            AND least(h.correct, h.questions)::bigint * 100
            >= r.good_percent * h.questions::bigint AS good
        FROM (
            SELECT
                e.item,
                e.place,
                CASE
                    WHEN v_plain THEN hg__legacy_at(e.item ->> 'completed_at')
                    ELSE hg__legacy_instant(e.item -> 'completed_at')
                END AS at,
                CASE
                    WHEN v_plain THEN coalesce((e.item ->> 'questions_total')::integer, 0)
                    ELSE hg__legacy_count(e.item -> 'questions_total')
                END AS questions,
                CASE
                    WHEN v_plain THEN coalesce((e.item ->> 'questions_correct')::integer, 0)
                    ELSE hg__legacy_count(e.item -> 'questions_correct')
                END AS correct
            FROM jsonb_array_elements(v_rows) WITH ORDINALITY AS e (item, place)
            OFFSET 0
        ) AS h
        LEFT JOIN hg_rules AS r
            ON r.rules_version = p_rules_version
            AND r.module = v_modules ->> (h.item ->> 'module_name')
        WHERE h.at IS NOT NULL
        ORDER BY h.at, hg__legacy_id(h.item), h.place
    LOOP
        o_last := v_session.at;
        IF v_session.module IS NOT NULL THEN
            v_played := v_played || v_session.module;
            v_at := v_at || v_session.at::text;
            IF v_session.counts THEN
                IF o_last_module <> v_session.module THEN
                    v_pairs := v_pairs || (o_last_module || '>' || v_session.module);
                    v_good := v_good || v_session.good;
                    v_questions := v_questions || v_session.questions;
                    v_correct := v_correct || v_session.correct;
                END IF;
                o_last_module := v_session.module;
            END IF;
        END IF;
    END LOOP;
    IF v_played IS NOT NULL THEN
        -- Of a module that stands there twice the last counts.
        o_played := jsonb_object(v_played, v_at);
    END IF;
    IF v_pairs IS NOT NULL THEN
        o_pairs := hg__legacy_pairs(v_pairs, v_good, v_questions, v_correct);
    END IF;
END
$hg__legacy_history$;

REVOKE ALL ON FUNCTION hg__legacy_history FROM public;
