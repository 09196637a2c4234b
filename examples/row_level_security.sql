-- Who may see which learner: teachers their classes, parents their children, everybody else nobody.
-- An example to copy. As the owner of users, with the search_path on its schema, in one
-- transaction:
--     psql --single-transaction --set ON_ERROR_STOP=1 --file examples/row_level_security.sql
--
-- Row-level security is about the table users: whoever may SELECT from it sees only rows that a
-- policy lets through. The hg_ functions are not bound by it, as they run with the rights of the
-- owner: whoever may call hg_document() can read any learner. So neither teachers nor parents are
-- given hg_reader; they get one function of the school's own that looks first who asks.
--
-- It goes by session_user, the name of the login, so every person logs in as themselves. Where an
-- application logs in for all of them, let school_may_see() compare with
-- current_setting('school.person', true) instead, have the application say SET LOCAL school.person
-- at the start of each transaction, and let nobody else run statements through its login: whoever
-- can send SQL can set that.

-- The functions below keep this path. pg_temp has to be named, and last: left out it comes first,
-- and a temporary table of a reader's would stand in for school_guardians.
SELECT set_config('search_path', format('%s, pg_temp', c.relnamespace::regnamespace), false)
FROM pg_class AS c
WHERE c.oid = 'users'::regclass;

DO $roles$
BEGIN
    IF to_regrole('school_teachers') IS NULL THEN
        CREATE ROLE school_teachers;
    END IF;
    IF to_regrole('school_parents') IS NULL THEN
        CREATE ROLE school_parents;
    END IF;
END
$roles$;

-- Who teaches and who is responsible for whom. The columns of learners have the type of users.id.
CREATE TABLE school_classes AS
SELECT NULL::text AS class, NULL::name AS teacher, u.id AS learner
FROM users AS u
WITH NO DATA;
ALTER TABLE school_classes ADD PRIMARY KEY (learner, teacher, class);

CREATE TABLE school_guardians AS
SELECT NULL::name AS parent, u.id AS learner
FROM users AS u
WITH NO DATA;
ALTER TABLE school_guardians ADD PRIMARY KEY (learner, parent);

-- An erased learner's row in users stays, a deleted one's does not: then these go, too.
ALTER TABLE school_classes ADD FOREIGN KEY (learner) REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE school_guardians ADD FOREIGN KEY (learner) REFERENCES users (id) ON DELETE CASCADE;

-- The one place that decides. SECURITY DEFINER: who asks has no right on the two tables.
CREATE FUNCTION school_may_see(p_learner users.id%TYPE) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $school_may_see$
BEGIN
    RETURN EXISTS (
        SELECT FROM school_classes AS c
        WHERE c.learner = p_learner AND c.teacher = session_user
    ) OR EXISTS (
        SELECT FROM school_guardians AS g
        WHERE g.learner = p_learner AND g.parent = session_user
    );
END
$school_may_see$;

-- A document for whoever may see that learner, and for nobody else. With the setting access_log on,
-- the server's log names the person as its reader.
CREATE FUNCTION my_child_document(p_learner users.id%TYPE) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path FROM CURRENT
AS $my_child_document$
BEGIN
    IF school_may_see(p_learner) IS NOT TRUE THEN
        RAISE EXCEPTION 'this is not your learner' USING
            ERRCODE = 'insufficient_privilege',
            DETAIL = 'You are neither a teacher nor a guardian of the learner.',
            HINT = 'Ask the school''s office.';
    END IF;
    RETURN hg_document(p_learner);
END
$my_child_document$;

-- A teacher's classes. Functions in a view are called with the rights of who reads the view, so it
-- calls the one above, not hg_document(). security_barrier: no condition of the reader's sees a row
-- before this one has let it through.
CREATE VIEW my_classes WITH (security_barrier) AS
SELECT c.class, u.id, u.username, u.grade, my_child_document(u.id) AS document
FROM school_classes AS c
INNER JOIN users AS u ON c.learner = u.id
WHERE c.teacher = session_user;

-- The table itself, for who needs more than the view: rows by the policy, columns by the grant. The
-- owner stays free of it, and the hg_ functions with the owner: do not FORCE it.
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY school_sees_its_own ON users
FOR SELECT TO school_teachers, school_parents
USING (school_may_see(id));

REVOKE ALL ON FUNCTION school_may_see, my_child_document FROM public;
GRANT EXECUTE ON FUNCTION school_may_see, my_child_document TO school_teachers, school_parents;
GRANT SELECT ON my_classes TO school_teachers;
GRANT SELECT (id, username, grade) ON users TO school_teachers, school_parents;
