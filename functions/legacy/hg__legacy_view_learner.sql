-- The SQL that tells whose a row t of a legacy table is (o_learner; NULL where it can be nobody's),
-- and what of users AS u it is compared with (o_id). Whoever reads a view needs the right to
-- execute what stands in it, so there is nothing but PostgreSQL's own here: what
-- hg__legacy_user_id reads is recognised before it is cast.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_learner(
    p_relation regclass, OUT o_learner text, OUT o_id text
)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_learner$
DECLARE
    c_integers CONSTANT regtype[] := '{smallint,integer,bigint}';
    c_uuid CONSTANT text := '([0-9a-f]{4}-?){7}[0-9a-f]{4}';
    v_id regtype := (
        SELECT a.atttypid FROM pg_attribute AS a
        WHERE a.attrelid = 'users'::regclass AND a.attname = 'id'
    );
    v_user_id regtype := (
        SELECT a.atttypid FROM pg_attribute AS a
        WHERE a.attrelid = p_relation AND a.attname = 'user_id'
    );
BEGIN
    o_id := 'u.id';
    IF v_id = v_user_id OR (v_id = ANY (c_integers) AND v_user_id = ANY (c_integers)) THEN
        o_learner := 't.user_id';
    ELSIF v_id = ANY (c_integers) THEN
        o_learner := 'CASE WHEN t.user_id::text ~ ''^\s*[+-]?[0-9]{1,18}\s*$'' '
            'THEN t.user_id::text::bigint END';
    ELSIF v_id = 'uuid'::regtype THEN
        o_learner := format(
            'CASE WHEN t.user_id::text ~* %L THEN t.user_id::text::uuid END',
            format('^(%1$s|\{%1$s\})$', c_uuid)
        );
    ELSE
        o_learner := 't.user_id::text';
        o_id := 'u.id::text';
    END IF;
END
$hg__legacy_view_learner$;

REVOKE ALL ON FUNCTION hg__legacy_view_learner FROM public;
