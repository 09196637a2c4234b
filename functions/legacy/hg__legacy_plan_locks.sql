-- The plan's part on locks: what each step takes, on what, and how long a one-row UPDATE of users
-- waits for it at most (milliseconds; NULL: no promise).
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_plan_locks() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_plan_locks$
BEGIN
    RETURN (
        SELECT jsonb_agg(jsonb_build_object(
            'step', l.step, 'takes', l.takes, 'longest_wait_ms', l.longest, 'note', l.note
        ))
        FROM (
            VALUES
            (
                'plan', 'ACCESS SHARE on each table while it is counted', 0,
                'nobody who reads or writes waits, only ALTER, DROP and TRUNCATE do'
            ),
            (
                'migrate', 'ACCESS EXCLUSIVE on users, where a column is added', 100,
                'the catalog only, no row is touched; each attempt waits 50 ms at most'
            ),
            (
                'import',
                'SHARE ROW EXCLUSIVE on one source at a time (marks of changes), ACCESS EXCLUSIVE '
                'on users once (staging column), then the rows of a batch', 100,
                'batches adapt to about 50 ms; learners that others hold are left for later'
            ),
            (
                'verify', 'ACCESS SHARE; the rows of learners that are built again', 100,
                'as import'
            ),
            (
                'cutover',
                'rows in batches, then ACCESS EXCLUSIVE on users and the five tables in one short '
                'transaction', 1000, 'each attempt waits 50 ms at most, gives way and is repeated'
            ),
            (
                'rollback',
                'as cutover', 1000, 'each attempt waits 50 ms at most, gives way and is repeated'
            ),
            (
                'finalize', 'ACCESS EXCLUSIVE on users, views and the tables set aside', NULL,
                'the catalog only; each attempt waits 50 ms at most, gives way and is repeated'
            )
        ) AS l (step, takes, longest, note)
    );
END
$hg__legacy_plan_locks$;

REVOKE ALL ON FUNCTION hg__legacy_plan_locks FROM public;
