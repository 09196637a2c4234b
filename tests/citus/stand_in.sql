-- A stand-in for the functions of Citus that sql/citus.sql calls, for a server without Citus.
-- It distributes nothing. It writes down each call, and refuses what the documentation of Citus
-- (12 and 13) says is refused, as far as that concerns a catalog: a second time, a trigger, a unique
-- key without the distribution column, an identity that is not bigint, a foreign key to a table that
-- stays, another type than the colocated table's, a function made for a table that is no node's.
-- Passing here means that the statements are whole and in order. It does not mean that Citus
-- takes them.
CREATE TABLE pg_dist_partition (
    logicalrelid regclass PRIMARY KEY, partmethod "char" NOT NULL, partkey text, colocated_with text
);
CREATE TABLE citus_calls (
    place bigint GENERATED ALWAYS AS IDENTITY, function text NOT NULL, argument text NOT NULL,
    distribution text, colocated_with text
);
CREATE TABLE pg_dist_object (objid oid PRIMARY KEY);

CREATE FUNCTION stand_in_check(p_table regclass, p_column text) RETURNS void
LANGUAGE plpgsql AS $stand_in_check$
BEGIN
    ASSERT NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = p_table),
        format('table "%s" is already distributed', p_table);
    ASSERT NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = p_table AND NOT tgisinternal),
        format('cannot distribute relation "%s" because it has triggers', p_table);
    ASSERT NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = p_table AND attidentity <> '' AND atttypid <> 'bigint'::regtype
    ), format('cannot complete operation on %s with smallint/int identity column', p_table);
    ASSERT NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE contype = 'f' AND p_table IN (conrelid, confrelid) AND NOT EXISTS (
            SELECT FROM pg_dist_partition WHERE logicalrelid IN (conrelid, confrelid)
        )
    ), format('foreign keys between %s and a local table', p_table);
    ASSERT p_column IS NULL OR NOT EXISTS (
        SELECT FROM pg_index AS i
        WHERE i.indrelid = p_table AND (i.indisunique OR i.indisexclusion) AND NOT EXISTS (
            SELECT FROM pg_attribute AS a
            WHERE a.attrelid = p_table AND a.attname = p_column
            AND a.attnum = ANY ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
        )
    ), format('cannot create constraint on "%s": no partition column in it', p_table);
END
$stand_in_check$;

CREATE FUNCTION create_reference_table(table_name regclass) RETURNS void
LANGUAGE plpgsql AS $create_reference_table$
BEGIN
    PERFORM stand_in_check(table_name, NULL);
    INSERT INTO pg_dist_partition VALUES (table_name, 'n');
    INSERT INTO citus_calls (function, argument) VALUES ('create_reference_table', table_name);
END
$create_reference_table$;

CREATE FUNCTION create_distributed_table(
    table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
    colocate_with text DEFAULT 'default', shard_count integer DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $create_distributed_table$
BEGIN
    PERFORM stand_in_check(table_name, distribution_column);
    ASSERT colocate_with IN ('none', 'default') OR (
        SELECT format_type(o.atttypid, o.atttypmod) = format_type(a.atttypid, a.atttypmod)
        FROM pg_attribute AS a
        CROSS JOIN pg_dist_partition AS p
        INNER JOIN pg_attribute AS o ON o.attrelid = p.logicalrelid AND o.attname = p.partkey
        WHERE a.attrelid = table_name AND a.attname = distribution_column
        AND p.logicalrelid = colocate_with::regclass AND p.partmethod = 'h'
    ), format('cannot colocate tables %s and %s', table_name, colocate_with);
    INSERT INTO pg_dist_partition VALUES (table_name, 'h', distribution_column, colocate_with);
    INSERT INTO citus_calls (function, argument, distribution, colocated_with)
    VALUES ('create_distributed_table', table_name, distribution_column, colocate_with);
END
$create_distributed_table$;

CREATE FUNCTION create_distributed_function(
    function_name regprocedure, distribution_arg_name text DEFAULT NULL,
    colocate_with text DEFAULT 'default', force_delegation boolean DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $create_distributed_function$
DECLARE
    v_missing text;
BEGIN
    SELECT pg_describe_object(d.refclassid, d.refobjid, 0) INTO v_missing
    FROM pg_depend AS d
    INNER JOIN pg_class AS c
        ON d.refobjid IN (c.oid, c.reltype) AND c.relkind IN ('r', 'p', 'v')
        AND d.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass)
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = function_name
    AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = c.oid)
    LIMIT 1;
    ASSERT v_missing IS NULL,
        format('%s has dependency on %s that is not in Citus'' metadata', function_name, v_missing);
    ASSERT distribution_arg_name IS NULL OR (
        SELECT n.type = a.atttypid
        FROM pg_proc AS p
        CROSS JOIN LATERAL unnest(p.proargtypes::oid[]) WITH ORDINALITY AS n (type, place)
        INNER JOIN pg_dist_partition AS t ON t.logicalrelid = colocate_with::regclass
        INNER JOIN pg_attribute AS a ON a.attrelid = t.logicalrelid AND a.attname = t.partkey
        WHERE p.oid = function_name AND p.proargnames[n.place] = distribution_arg_name
    ), format('%s has no argument %s of the type of %s', function_name, distribution_arg_name,
        colocate_with);
    INSERT INTO pg_dist_object VALUES (function_name) ON CONFLICT DO NOTHING;
    INSERT INTO citus_calls (function, argument, distribution, colocated_with)
    VALUES ('create_distributed_function', function_name, distribution_arg_name, colocate_with);
END
$create_distributed_function$;

CREATE FUNCTION run_command_on_workers(command text, parallel boolean DEFAULT true)
RETURNS TABLE (nodename text, nodeport integer, success boolean, result text)
LANGUAGE plpgsql AS $run_command_on_workers$
BEGIN
    EXECUTE command;
    INSERT INTO citus_calls (function, argument) VALUES ('run_command_on_workers', command);
    RETURN QUERY SELECT 'localhost', 5432, true, 'DO';
END
$run_command_on_workers$;
