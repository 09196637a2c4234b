-- Readies an installation for Citus: looks whether it can be distributed, and takes off what a
-- distributed table may not have. sql/citus.sql distributes; docs/scaling.md says what changes.
-- As the owner, on the coordinator, with the search_path on the installation's schema, in one
-- transaction; make citus CONFIRM=yes runs both. It can be run again.
DO $citus_prepare$
DECLARE
    v_installation hg_installation%ROWTYPE;
    v_found text;
BEGIN
    SELECT i.* INTO v_installation FROM hg_installation AS i FOR UPDATE;
    IF to_regproc('create_distributed_table') IS NULL THEN
        RAISE EXCEPTION 'this database has no Citus' USING
            ERRCODE = 'feature_not_supported',
            DETAIL = 'There is no function create_distributed_table.',
            HINT = 'CREATE EXTENSION citus on every node, and citus_set_coordinator_host and '
                'citus_add_node on the coordinator; this is run there.';
    ELSIF NOT (v_installation.settled AND v_installation.state IN ('none', 'finalized')) THEN
        RAISE EXCEPTION 'the installation cannot be distributed yet' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format(
                'Its state is %s, settled: %s.', v_installation.state, v_installation.settled
            ),
            HINT = 'make migrate settles it; a move from the older tables ends with make finalize.';
    ELSIF (SELECT s.value FROM hg_settings AS s WHERE s.name = 'ai_enabled') = 'true' THEN
        RAISE EXCEPTION 'analyses are switched on' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = 'The queue of analyses is for one machine.',
            HINT = 'SELECT hg_set_setting(''ai_enabled'', ''false''); hg_fill_analytics_by_rules '
                'goes on working.';
    END IF;

    SELECT string_agg(o.what, ', ' ORDER BY o.what)
    INTO v_found
    FROM (
        SELECT 'the unique index ' || i.indexrelid::regclass AS what
        FROM pg_index AS i
        WHERE i.indrelid = 'users'::regclass AND i.indisunique AND NOT EXISTS (
            SELECT FROM pg_attribute AS a
            WHERE a.attrelid = i.indrelid AND a.attname = 'id'
            AND a.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
        )
        UNION ALL
        SELECT 'the foreign key ' || c.conname || ' of ' || c.conrelid::regclass
        FROM pg_constraint AS c
        WHERE c.contype = 'f' AND 'users'::regclass IN (c.conrelid, c.confrelid)
        UNION ALL
        SELECT 'the trigger ' || t.tgname
        FROM pg_trigger AS t
        WHERE t.tgrelid = 'users'::regclass AND NOT t.tgisinternal AND t.tgname NOT IN (
            'users_fill_document', 'users_record_start', 'users_forget', 'users_forget_all',
            'users_guard_document', 'users_record_direct_write'
        )
        UNION ALL
        SELECT 'the identity column ' || a.attname || ', which is not bigint'
        FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attidentity <> ''
        AND a.atttypid <> 'bigint'::regtype
        UNION ALL
        SELECT 'the partition ' || t.relid::regclass
        FROM pg_partition_tree('users') AS t
        WHERE t.parentrelid = 'users'::regclass
        AND EXISTS (
            SELECT FROM pg_partitioned_table AS p
            WHERE p.partrelid = 'users'::regclass AND p.partstrat = 'h'
        )
    ) AS o;
    IF v_found IS NOT NULL THEN
        RAISE EXCEPTION 'the table users cannot be distributed by id' USING
            ERRCODE = 'object_not_in_prerequisite_state',
            DETAIL = format('In the way: %s.', v_found),
            HINT = 'docs/scaling.md says what takes the place of each.';
    END IF;

    DROP TRIGGER IF EXISTS users_fill_document ON users;
    DROP TRIGGER IF EXISTS users_record_start ON users;
    DROP TRIGGER IF EXISTS users_forget ON users;
    DROP TRIGGER IF EXISTS users_forget_all ON users;
    DROP TRIGGER IF EXISTS users_guard_document ON users;
    DROP TRIGGER IF EXISTS users_record_direct_write ON users;
    DROP TRIGGER IF EXISTS hg_ledger_append_only ON hg_ledger;
    -- A learner has a document from the first write on.
    IF EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'hidden_grade_asset' AND a.attnotnull
    ) THEN
        ALTER TABLE users ALTER COLUMN hidden_grade_asset DROP NOT NULL;
    END IF;
    -- Each node would count by itself.
    IF NOT EXISTS (
        SELECT FROM pg_attribute AS a
        WHERE a.attrelid = 'hg_ledger'::regclass AND a.attname = 'ledger_id' AND a.atthasdef
    ) THEN
        ALTER TABLE hg_ledger
            ALTER COLUMN ledger_id DROP IDENTITY IF EXISTS,
            ALTER COLUMN ledger_id SET DEFAULT hg__recording_order();
    END IF;
    UPDATE hg_installation AS i SET distributed = true WHERE NOT i.distributed;
END
$citus_prepare$;
