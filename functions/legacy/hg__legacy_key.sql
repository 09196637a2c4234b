-- The SQL of a legacy row's learner, of a row called t there, as users.id's type: the column, or
-- where that is of another type what hg__legacy_user_id reads in it.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_key(p_relation regclass) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_key$
BEGIN
    RETURN (
        SELECT CASE
            WHEN a.atttypid = u.atttypid THEN 't.user_id'
            WHEN a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                AND u.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
                THEN 't.user_id'
            ELSE 'hg__legacy_user_id(t.user_id::text)'
        END
        FROM pg_attribute AS a
        INNER JOIN pg_attribute AS u ON u.attrelid = 'users'::regclass AND u.attname = 'id'
        WHERE a.attrelid = p_relation AND a.attname = 'user_id'
    );
END
$hg__legacy_key$;

REVOKE ALL ON FUNCTION hg__legacy_key FROM public;
