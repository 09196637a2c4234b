-- For those who schedule in the database. With pg_cron (1.4 or later) in the database of the
-- learners, as the owner of the installation:
--
--     psql --file examples/pg_cron.sql
--
-- Nothing here calls OpenAI: it makes jobs, and a worker (openai_worker.py) takes them. Each body is
-- one DO block, because only a statement that stands alone may COMMIT, and commits after each
-- learner, so that no learner is held for longer than its own analysis takes. A learner whose
-- document cannot be read is passed over with a warning. Run again, a body finds little to do:
-- requests and rules leave alone what has not changed. Scheduling a name again replaces it.

-- Sunday, 02:15 UTC: a job for each learner who was active that week and has something new, of which
-- nobody has asked for an analysis so far, say because it was recorded before ai_enabled.
SELECT cron.schedule('hg-request-analyses', '15 2 * * 0', $job$
DO $$
DECLARE
    v_user_id users.id%TYPE;
BEGIN
    FOR v_user_id IN
        SELECT u.id
        FROM users AS u
        WHERE (u.hidden_grade_asset #>> '{global_stats,last_active}')::timestamptz
            > now() - interval '7 days'
        ORDER BY u.id
    LOOP
        BEGIN
            PERFORM hg_request_ai_analytics(v_user_id, 'global');
        EXCEPTION
            WHEN SQLSTATE 'LG404' OR SQLSTATE 'LG422' OR data_exception THEN
                RAISE WARNING 'learner %: %', v_user_id, sqlerrm;
        END;
        COMMIT;
    END LOOP;
END
$$
$job$);

-- Every night, 03:30 UTC: by arithmetic for those who were active since the last night. An answer of
-- OpenAI's that is not due again stays, so this is what learners without consent have, and all of
-- them where there is no key.
SELECT cron.schedule('hg-fill-analytics-by-rules', '30 3 * * *', $job$
DO $$
DECLARE
    v_user_id users.id%TYPE;
BEGIN
    FOR v_user_id IN
        SELECT u.id
        FROM users AS u
        WHERE (u.hidden_grade_asset #>> '{global_stats,last_active}')::timestamptz
            > now() - interval '25 hours'
        ORDER BY u.id
    LOOP
        BEGIN
            PERFORM hg_fill_analytics_by_rules(v_user_id, 'global');
        EXCEPTION
            WHEN SQLSTATE 'LG404' OR SQLSTATE 'LG422' OR data_exception THEN
                RAISE WARNING 'learner %: %', v_user_id, sqlerrm;
        END;
        COMMIT;
    END LOOP;
END
$$
$job$);

-- Every night, 04:30 UTC: what make prune does, for the ledger and for jobs that have ended.
SELECT cron.schedule('hg-prune', '30 4 * * *', $job$
DO $$
DECLARE
    v_after users.id%TYPE;
BEGIN
    LOOP
        v_after := hg_prune(v_after) ->> 'after';
        COMMIT;
        EXIT WHEN v_after IS NULL;
    END LOOP;
END
$$
$job$);
