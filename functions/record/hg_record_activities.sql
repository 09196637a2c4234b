-- Records many completed sessions, of many learners, in one call: each as hg_record_activity would,
-- in their order. Learners are locked in the order of their ids, so that two calls never deadlock;
-- each learner's document is written once, and all ledger rows together.
-- Writes: hg_ledger, hg_snapshots, users. Calls: hg__raise_argument, hg__require_live,
-- hg__read_activity, hg__record_each, hg__raise_first_error, hg__grade_number, hg__record_batch,
-- hg__insert_activities, hg__store_documents. Raises: 22023, 55000, LG404, LG409, LG405, LG422.
-- SECURITY DEFINER: applications may execute this but not write users or the ledger.
CREATE OR REPLACE FUNCTION hg_record_activities(
    p_activities jsonb,
    p_on_error text DEFAULT 'abort'
) RETURNS TABLE (
    ordinal integer, user_id users.id%TYPE, activity_id uuid, receipt jsonb,
    error_code text, error_message text
)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_record_activities$
#variable_conflict use_column
DECLARE
    v_calls hg_ledger[];
    v_outcomes hg_activity_outcome[];
    v_entries hg_ledger[];
    v_entry hg_ledger;
    v_documents hg_ledger[];
    v_learner record;
    v_step record;
    v_now timestamptz;
    v_names text[];
    v_rules hg_rules[];
BEGIN
    IF jsonb_typeof(p_activities) IS DISTINCT FROM 'array' THEN
        PERFORM hg__raise_argument(
            'p_activities', p_activities::text, 'Give an array of objects, one per activity.'
        );
    ELSIF (p_on_error IN ('abort', 'skip')) IS NOT TRUE THEN
        PERFORM hg__raise_argument(
            'p_on_error', p_on_error, 'abort stores all or nothing, skip leaves out bad items.'
        );
    END IF;
    PERFORM hg__require_live();

    SELECT
        array_agg(r.o_call ORDER BY a.n),
        array_agg(r.o_outcome ORDER BY a.n) FILTER (WHERE (r.o_call).kind IS NULL)
    INTO v_calls, v_outcomes
    FROM jsonb_array_elements(p_activities) WITH ORDINALITY AS a (item, n)
    CROSS JOIN LATERAL hg__read_activity(a.item, a.n::integer) AS r;

    IF (SELECT i.distributed FROM hg_installation AS i) THEN
        v_outcomes := v_outcomes || hg__record_each(v_calls);
    ELSE
        PERFORM
        FROM users AS u
        WHERE u.id IN (SELECT c.user_id FROM unnest(v_calls) AS c WHERE c.kind IS NOT NULL)
        ORDER BY u.id
        FOR NO KEY UPDATE;
        v_now := clock_timestamp();
        SELECT array_agg(r.module), array_agg(r)
        INTO v_names, v_rules
        FROM hg_rules AS r
        WHERE r.rules_version = (SELECT i.rules_version FROM hg_installation AS i);
        FOR v_learner IN
            SELECT
                b.user_id, b.calls, u.id IS NOT NULL AS there,
                u.hidden_grade_asset #> '{}' AS document,
                hg__grade_number(u.grade::text) AS user_grade
            FROM (
                SELECT c.user_id, array_agg(c ORDER BY c.ledger_id) AS calls
                FROM unnest(v_calls) AS c
                WHERE c.kind IS NOT NULL
                GROUP BY c.user_id
            ) AS b
            LEFT JOIN users AS u ON b.user_id = u.id
        LOOP
            v_step := hg__record_batch(
                v_learner.there, v_learner.document, v_learner.user_grade, v_learner.calls, v_now,
                v_names, v_rules
            );
            v_outcomes := v_outcomes || v_step.o_outcomes;
            v_entries := v_entries || v_step.o_entries;
            IF v_step.o_changed THEN
                v_entry := NULL;
                v_entry.user_id := v_learner.user_id;
                v_entry.document := v_step.o_document;
                v_documents := array_append(v_documents, v_entry);
            END IF;
        END LOOP;
    END IF;

    IF p_on_error = 'abort' THEN
        PERFORM hg__raise_first_error(v_outcomes);
    END IF;
    PERFORM hg__insert_activities(v_entries);
    PERFORM hg__store_documents(v_documents);
    RETURN QUERY
    SELECT o.ordinal, c.user_id, c.id, o.receipt, o.error_code, o.error_message
    FROM unnest(v_outcomes) AS o
    INNER JOIN unnest(v_calls) AS c ON c.ledger_id = o.ordinal
    ORDER BY o.ordinal;
END
$hg_record_activities$;

REVOKE ALL ON FUNCTION hg_record_activities FROM public;
GRANT EXECUTE ON FUNCTION hg_record_activities TO hg_app;

COMMENT ON FUNCTION hg_record_activities IS
$$Records many completed sessions, of any learners, in one call: for each learner as
hg_record_activity would in their order, but several times as fast. One row comes back for each
item, in their order: ordinal (from 1), user_id, activity_id (null where they could not be read),
receipt, or error_code (the SQLSTATE) and error_message.

Arguments: p_activities an array of objects with the keys user_id, activity_id, module, questions,
correct, seconds, run_type, occurred_at, details: the arguments of hg_record_activity without p_,
with its domains and defaults; without occurred_at it is the clock plus as many microseconds as the
item's ordinal. An id that comes twice is a replay, or LG409. p_on_error abort: the first bad item's
own error is raised, DETAIL begins with its ordinal, and nothing is stored; skip: bad items come
back with their error, the good ones are stored.

Errors: 22023 an argument out of its domain, 55000 a legacy import is pending; under abort also
LG404 unknown learner, LG409 the id stands for other content, LG405 unknown or inactive module,
LG422 malformed document. After an error nothing has changed.

Example: SELECT ordinal, receipt FROM hg_record_activities('[{"user_id": 1, "activity_id":
"5f0c2d1e-7a4b-4c3d-8e9f-0a1b2c3d4e5f", "module": "addition_facts", "questions": 6, "correct":
5}]');

Rules: docs/rules.md$$;
