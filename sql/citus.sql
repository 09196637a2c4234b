-- Distributes an installation by Citus: users and every table of learners by the learner's id, the
-- rules to every node, and the functions about one learner to the node that holds the learner.
-- After sql/citus_prepare.sql; as the owner, on the coordinator, with the search_path on the
-- installation's schema, in one transaction; make citus CONFIRM=yes runs both. What is distributed
-- already stays, so it can be run again: after every make migrate it has to be.
-- Written for Citus 12.1 and 13. docs/scaling.md says what of this has been run, and on what.
DO $citus$
DECLARE
    -- What a function about one learner reads beside the learner: a copy on every node.
    c_reference CONSTANT text[] := ARRAY['hg_installation', 'hg_rule_versions', 'hg_rules'];
    -- Keys begin with the learner's id; one learner's rows are together on one node.
    c_distributed CONSTANT text[] := ARRAY[
        'hg_ledger', 'hg_snapshots', 'hg_ai_analyses', 'hg_ai_jobs', 'hg_ai_usage'
    ];
    -- Of the coordinator alone: the catalog as people edit it, whose triggers write the rules; what
    -- counts over all learners; what the move from the older tables left behind.
    c_local CONSTANT text[] := ARRAY[
        'hg_modules', 'hg_settings', 'hg_ai_days', 'hg_ai_spent', 'hg_standings',
        'hg_standings_due', 'hg_standings_marks', 'hg_standings_spread', 'hg_standings_top',
        'hg_legacy_archive', 'hg_legacy_differences', 'hg_legacy_dirty', 'hg_legacy_quarantine',
        'hg_legacy_run', 'hg_legacy_unverified', 'hg_tombstones'
    ];
    v_table text;
BEGIN
    IF NOT (SELECT i.distributed FROM hg_installation AS i) THEN
        RAISE EXCEPTION 'the installation has not been readied for Citus' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = 'hg_installation.distributed is false.',
            HINT = 'Run sql/citus_prepare.sql first.';
    END IF;
    SELECT c.relname INTO v_table
    FROM pg_class AS c
    WHERE c.relnamespace = quote_ident(current_schema())::regnamespace
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname ~ '^hg_'
    AND c.relname <> ALL (c_reference || c_distributed || c_local)
    ORDER BY c.relname
    LIMIT 1;
    IF found THEN
        RAISE EXCEPTION 'a table has no place on the nodes' USING
            ERRCODE = 'invalid_table_definition',
            DETAIL = format('Table %s is not in the lists of sql/citus.sql.', v_table),
            HINT = 'It belongs to the learners, to every node, or to the coordinator: say which.';
    END IF;

    -- Changes of several tables in one transaction: one connection a node.
    PERFORM set_config('citus.multi_shard_modify_mode', 'sequential', true);
    FOREACH v_table IN ARRAY c_reference LOOP
        PERFORM create_reference_table(v_table::regclass)
        WHERE NOT EXISTS (
            SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = v_table::regclass
        );
    END LOOP;
    PERFORM create_distributed_table('users'::regclass, 'id', colocate_with => 'none')
    WHERE NOT EXISTS (
        SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = 'users'::regclass
    );
    FOREACH v_table IN ARRAY c_distributed LOOP
        PERFORM create_distributed_table(v_table::regclass, 'user_id', colocate_with => 'users')
        WHERE NOT EXISTS (
            SELECT FROM pg_dist_partition AS p WHERE p.logicalrelid = v_table::regclass
        );
    END LOOP;
END
$citus$;

-- Roles are of each node; a function that is made there is granted to them.
DO $citus_roles$
DECLARE
    v_role text;
BEGIN
    FOREACH v_role IN ARRAY ARRAY['hg_ai_worker', 'hg_app', 'hg_reader'] LOOP
        PERFORM run_command_on_workers(format(
            'DO $role$ BEGIN IF to_regrole(%L) IS NULL THEN CREATE ROLE %I; END IF; END $role$',
            v_role, v_role
        ));
    END LOOP;
END
$citus_roles$;

DO $citus_functions$
DECLARE
    -- Each is about one learner, p_user_id, and reads and writes what is on that learner's node.
    -- Without a learner (hg_set_pause for all) it runs where it was called.
    c_delegated CONSTANT text[] := ARRAY[
        'hg_as_of', 'hg_document', 'hg_explain', 'hg_grant_tokens', 'hg_module',
        'hg_record_activity', 'hg_reset_module', 'hg_reverse_activity', 'hg_set_mastery',
        'hg_set_pause', 'hg_set_preferred_difficulty', 'hg_set_time_zone', 'hg_spend_tokens',
        'hg_streak'
    ];
    v_function record;
BEGIN
    FOR v_function IN
        WITH RECURSIVE loaded AS (
            SELECT p.oid, p.proname
            FROM hg_installation AS i
            CROSS JOIN unnest(i.functions) AS f (signature)
            INNER JOIN pg_proc AS p ON p.oid = to_regprocedure(f.signature)
            WHERE p.prokind IN ('a', 'f') AND p.prorettype <> 'trigger'::regtype
            AND p.proname !~ '^hg__?legacy_'
        ),
        -- What is made for a table of the coordinator stays there, and what is made of that.
        at_home AS (
            SELECT d.objid AS oid
            FROM pg_depend AS d
            INNER JOIN pg_class AS c
                ON (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
                OR (d.refclassid = 'pg_type'::regclass AND d.refobjid = c.reltype)
            WHERE d.classid = 'pg_proc'::regclass AND c.relkind IN ('r', 'p', 'v')
            AND c.oid NOT IN (SELECT t.logicalrelid::oid FROM pg_dist_partition AS t)
            UNION
            SELECT d.objid
            FROM pg_depend AS d
            INNER JOIN at_home AS h ON d.refobjid = h.oid
            WHERE d.classid = 'pg_proc'::regclass AND d.refclassid = 'pg_proc'::regclass
        )
        SELECT l.oid::regprocedure AS signature, l.proname = ANY (c_delegated) AS delegated
        FROM loaded AS l
        WHERE l.oid NOT IN (SELECT h.oid FROM at_home AS h)
        ORDER BY l.proname
    LOOP
        IF v_function.delegated THEN
            PERFORM create_distributed_function(
                v_function.signature, 'p_user_id', colocate_with => 'users'
            );
        ELSE
            PERFORM create_distributed_function(v_function.signature);
        END IF;
    END LOOP;
END
$citus_functions$;

-- What is for one machine: nobody calls it by mistake. make migrate may grant it again.
REVOKE EXECUTE ON FUNCTION
hg_claim_ai_jobs, hg_complete_ai_job, hg_fail_ai_job
FROM hg_ai_worker;
REVOKE EXECUTE ON FUNCTION hg_request_ai_analytics FROM hg_app;
