"""The old application: plain SQL on the old names, all verbs, as a role that owns nothing."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from .schema import REPLACED

# Of the two learners: %(one)s and %(two)s, as user_id has them.
READING = {
    "join of users and subjects": """
        SELECT u.username, t.subject, t.grade, t.difficulty_level, t.total_attempts
        FROM users AS u JOIN subject_mastery AS t ON t.user_id = u.id
        WHERE u.id IN (%(one)s, %(two)s) ORDER BY 1, 2, 3, 5""",
    "join of users and concepts": """
        SELECT u.username, count(t.id), sum(t.correct_attempts), min(t.last_practiced)
        FROM users AS u LEFT JOIN concept_mastery AS t ON t.user_id = u.id
        GROUP BY u.username ORDER BY 1""",
    "join of users and history": """
        SELECT u.username, avg(t.difficulty_level)::text, bool_or(t.is_correct)
        FROM subject_difficulty_history AS t JOIN users AS u ON u.id = t.user_id
        GROUP BY u.id, u.username HAVING count(*) > 1 ORDER BY 1""",
    "join of users and progress": """
        SELECT u.username, t.category, t.score, rank() OVER (
            PARTITION BY t.category ORDER BY t.score DESC NULLS LAST, u.username)
        FROM user_progress AS t JOIN users AS u ON u.id = t.user_id ORDER BY 2, 4, 1""",
    "join of users and analyses": """
        SELECT u.username, t.generated_at, t.strengths, t.weakness_concepts, t.recommendations
        FROM users AS u JOIN ai_analytics AS t ON t.user_id = u.id ORDER BY t.id""",
    "every table in one join": """
        SELECT u.username, s.subject, c.concept, p.category, a.learning_style
        FROM users AS u
        JOIN subject_mastery AS s ON s.user_id = u.id
        LEFT JOIN concept_mastery AS c ON c.user_id = u.id
        LEFT JOIN user_progress AS p ON p.user_id = u.id
        LEFT JOIN ai_analytics AS a ON a.user_id = u.id
        WHERE u.id IN (%(one)s, %(two)s) ORDER BY 1, 2, 3, 4, s.id, c.id, p.id, a.id""",
    "figures of a subject": """
        SELECT t.subject, count(*), avg(t.difficulty_level)::text, max(t.total_attempts),
            count(*) FILTER (WHERE t.is_unlocked)
        FROM subject_mastery AS t GROUP BY t.subject ORDER BY 1 NULLS LAST""",
    "a level as a condition": """
        SELECT t.user_id, t.subject FROM subject_mastery AS t
        WHERE t.difficulty_level >= 3 ORDER BY t.id""",
    "every column of the subjects": "SELECT * FROM subject_mastery ORDER BY id",
    "every column of the analyses": "SELECT * FROM ai_analytics ORDER BY id",
    "newest analysis of each learner": """
        SELECT DISTINCT ON (t.user_id) t.user_id, t.learning_patterns, t.engagement_analysis,
            t.suggested_activities
        FROM ai_analytics AS t
        ORDER BY t.user_id, coalesce(t.generated_at, t.analysis_date) DESC NULLS LAST, t.id DESC""",
    "newest analysis of one learner": """
        SELECT t.* FROM ai_analytics AS t WHERE t.user_id = %(one)s
        ORDER BY t.generated_at DESC NULLS LAST LIMIT 1""",
    "a key of the patterns": """
        SELECT t.id, t.learning_patterns ->> 'average_score' FROM ai_analytics AS t
        WHERE t.user_id IN (%(one)s, %(two)s) ORDER BY t.id""",
    "texts one by one": """
        SELECT s.text, count(*) FROM ai_analytics AS t, unnest(t.strengths) AS s (text)
        GROUP BY 1 ORDER BY 2 DESC, 1""",
    "a subselect": """
        SELECT u.username FROM users AS u WHERE EXISTS (
            SELECT FROM subject_mastery AS t
            WHERE t.user_id = u.id AND t.difficulty_level > (
                SELECT avg(a.difficulty_level) FROM subject_mastery AS a))
        ORDER BY 1""",
    "a lateral join": """
        SELECT u.username, l.subject, l.mastery_level FROM users AS u CROSS JOIN LATERAL (
            SELECT t.subject, t.mastery_level FROM subject_mastery AS t
            WHERE t.user_id = u.id ORDER BY t.mastery_level DESC NULLS LAST, t.id LIMIT 1) AS l
        ORDER BY 1""",
    "windows": """
        SELECT t.user_id, t.id, lag(t.difficulty_level) OVER (
            PARTITION BY t.user_id, t.subject ORDER BY t.id)
        FROM subject_mastery AS t ORDER BY t.id""",
    "a union": """
        SELECT t.user_id, t.subject FROM subject_mastery AS t
        WHERE t.user_id IN (%(one)s, %(two)s)
        UNION SELECT h.user_id, h.subject FROM subject_difficulty_history AS h
        WHERE h.user_id IN (%(one)s, %(two)s) ORDER BY 1, 2""",
    "a locking read": """
        SELECT t.subject FROM subject_mastery AS t WHERE t.user_id = %(one)s
        ORDER BY t.id FOR UPDATE""",
    "a locking read of analyses": """
        SELECT t.strengths FROM ai_analytics AS t WHERE t.user_id = %(one)s
        ORDER BY t.id FOR UPDATE""",
}

WRITING = {
    "insert a concept": """
        INSERT INTO concept_mastery (user_id, concept, grade, total_attempts, correct_attempts)
        VALUES (%(one)s, 'borrowing', '3', 1, 1) RETURNING id""",
    "insert a subject": """
        INSERT INTO subject_mastery (user_id, subject, grade, difficulty_level, total_attempts)
        VALUES (%(one)s, 'decimals', '4', 4, 1) RETURNING id, subject, difficulty_level""",
    "insert subjects": """
        INSERT INTO subject_mastery (user_id, subject, grade, difficulty_level, total_attempts)
        VALUES (%(one)s, 'fractions', '4', 2, 0), (%(two)s, 'fractions', '4', 5, 0),
            (%(two)s, 'poetry', '4', NULL, 0), (%(one)s, 'poetry', '4', 9, 0) RETURNING *""",
    "insert a subject without a level": """
        INSERT INTO subject_mastery (user_id, subject) VALUES (%(two)s, 'music') RETURNING *""",
    "insert a history": """
        INSERT INTO subject_difficulty_history (user_id, subject, is_correct, difficulty_level)
        SELECT t.user_id, t.subject, true, t.difficulty_level FROM subject_mastery AS t
        WHERE t.user_id IN (%(one)s, %(two)s) ORDER BY t.subject, t.grade
        RETURNING id, subject, difficulty_level""",
    "insert an analysis": """
        INSERT INTO ai_analytics (user_id, analysis_date, generated_at, learning_patterns,
            strengths, weakness_concepts)
        VALUES (%(one)s, '2026-01-05 10:00:00.5', '2026-01-05 10:00:01.25',
            '{"average_score": 90}', '{addition,"two words"}', '{}')
        RETURNING id, strengths, generated_at""",
    "insert an older analysis": """
        INSERT INTO ai_analytics (user_id, generated_at, strengths, learning_patterns)
        VALUES (%(one)s, '2020-01-05 10:00:01.25', '{old}', '{"camelCase": 1}') RETURNING *""",
    "insert analyses of others": """
        INSERT INTO ai_analytics (user_id, generated_at, areas_for_improvement, engagement_analysis)
        SELECT %(two)s, t.generated_at + interval '1 day', '{time,NULL}', '{"visits": [1, 2]}'
        FROM ai_analytics AS t WHERE t.user_id = %(one)s ORDER BY t.id
        RETURNING id, areas_for_improvement""",
    "insert with a conflict": """
        INSERT INTO concept_mastery (id, user_id, concept)
        SELECT t.id, t.user_id, 'again' FROM concept_mastery AS t WHERE t.user_id = %(one)s
        ON CONFLICT (id) DO UPDATE SET concept = excluded.concept || '!' RETURNING concept""",
    "count a subject up": """
        UPDATE subject_mastery SET total_attempts = total_attempts + 1,
            correct_attempts = coalesce(correct_attempts, 0) + 1, last_practiced = '2026-01-06'
        WHERE user_id = %(one)s AND subject = 'algebra' RETURNING total_attempts""",
    "set a level": """
        UPDATE subject_mastery SET difficulty_level = 5
        WHERE user_id = %(one)s AND subject = 'algebra'
        RETURNING subject, grade, difficulty_level""",
    "count a level up": """
        UPDATE subject_mastery SET difficulty_level = least(difficulty_level + 1, 5)
        WHERE user_id = %(two)s RETURNING subject, difficulty_level""",
    "update from another table": """
        UPDATE subject_mastery AS t SET mastery_level = c.mastery_level
        FROM (SELECT user_id, max(mastery_level) AS mastery_level FROM concept_mastery
            GROUP BY user_id) AS c
        WHERE c.user_id = t.user_id""",
    "update from the history": """
        UPDATE subject_mastery AS t SET recent_20_attempts = h.attempts
        FROM (SELECT user_id, count(*) AS attempts FROM subject_difficulty_history
            GROUP BY user_id) AS h
        WHERE h.user_id = t.user_id AND t.user_id IN (%(one)s, %(two)s)""",
    "update progress": """
        UPDATE user_progress SET score = score + 10 WHERE user_id IN (%(one)s, %(two)s)""",
    "update many": "UPDATE concept_mastery SET needs_review = NOT needs_review",
    "update the newest analysis": """
        UPDATE ai_analytics SET strengths = array_append(strengths, 'division'),
            suggested_activities = '{Play}', learning_style = 'auditory'
        WHERE id = (SELECT t.id FROM ai_analytics AS t WHERE t.user_id = %(one)s
            ORDER BY t.generated_at DESC NULLS LAST LIMIT 1)
        RETURNING strengths, suggested_activities, strength_concepts, learning_style""",
    "update all analyses": """
        UPDATE ai_analytics SET recommendations = 'Rest.', weakness_concepts = '{x}'
        WHERE user_id IN (%(one)s, %(two)s)""",
    "make an older analysis the newest": """
        UPDATE ai_analytics SET generated_at = '2026-03-01 00:00:00'
        WHERE user_id = %(two)s AND generated_at = (
            SELECT min(t.generated_at) FROM ai_analytics AS t WHERE t.user_id = %(two)s)""",
    "give an analysis to another": """
        UPDATE ai_analytics SET user_id = %(one)s, generated_at = '2026-04-01'
        WHERE user_id = %(two)s AND generated_at = '2026-03-01' RETURNING user_id, strengths""",
    "give a subject to another": """
        UPDATE subject_mastery SET user_id = %(two)s WHERE user_id = %(one)s AND subject = 'poetry'
        RETURNING user_id, subject, difficulty_level""",
    "delete and insert in one": """
        WITH gone AS (
            DELETE FROM user_progress WHERE user_id = %(one)s RETURNING category, score)
        INSERT INTO user_progress (user_id, category, score)
        SELECT %(two)s, g.category, g.score FROM gone AS g ORDER BY 2
        RETURNING user_id, category""",
    "update and read in one": """
        WITH changed AS (
            UPDATE subject_mastery SET upgrade_eligible = true WHERE user_id = %(two)s
            RETURNING subject, difficulty_level)
        SELECT count(*), max(c.difficulty_level) FROM changed AS c""",
    "delete an analysis": """
        DELETE FROM ai_analytics WHERE user_id = %(one)s AND generated_at = '2026-04-01'
        RETURNING user_id, generated_at""",
    "delete by another table": """
        DELETE FROM subject_mastery AS t USING users AS u
        WHERE u.id = t.user_id AND u.id = %(two)s AND t.subject = 'poetry' RETURNING t.subject""",
    "delete by a subselect": """
        DELETE FROM concept_mastery WHERE user_id IN (
            SELECT u.id FROM users AS u WHERE u.id = %(one)s)""",
    "delete all analyses": "DELETE FROM ai_analytics WHERE user_id IN (%(one)s, %(two)s)",
    "delete subjects": "DELETE FROM subject_mastery WHERE user_id = %(one)s",
    "delete what is not there": "DELETE FROM subject_mastery WHERE user_id = %(one)s RETURNING id",
    "prepare": """
        PREPARE old_application AS SELECT count(*) FROM subject_mastery AS t WHERE t.grade = $1;
        EXECUTE old_application('3')""",
    "prepare a write": """
        PREPARE old_application_write AS UPDATE subject_mastery SET total_attempts = $1
        WHERE user_id = %(two)s RETURNING total_attempts, difficulty_level;
        EXECUTE old_application_write(77)""",
    "run it again": "EXECUTE old_application_write(78)",
    "forget it": "DEALLOCATE ALL",
}
STATEMENTS = READING | WRITING

# On users itself; the columns are the old ones.
USERS = {
    "tokens up": """
        UPDATE users SET tokens = tokens + 5 WHERE id = %(one)s RETURNING tokens""",
    "tokens down": """
        UPDATE users SET tokens = tokens - 3 WHERE id = %(one)s RETURNING tokens""",
    "answers": """
        UPDATE users SET questions_answered = questions_answered + 10,
            correct_answers = correct_answers + 9 WHERE id = %(two)s
        RETURNING questions_answered, correct_answers""",
    "a transfer": """
        UPDATE users SET tokens = tokens + CASE WHEN id = %(one)s THEN 1 ELSE 2 END
        WHERE id IN (%(one)s, %(two)s)""",
    "read the columns": """
        SELECT username, grade, tokens, questions_answered, correct_answers FROM users
        WHERE id IN (%(one)s, %(two)s) ORDER BY username""",
    "the richest": "SELECT username, tokens FROM users ORDER BY tokens DESC, username LIMIT 10",
    "all of them": "SELECT count(*), sum(tokens), max(questions_answered) FROM users",
    "a profile": """
        UPDATE users SET display_name = 'Ada', interests = interests || '{maps}'::text[]
        WHERE id = %(one)s RETURNING display_name, interests""",
}
STATE = "SELECT to_jsonb(t) - 'id' FROM {} AS t WHERE t.user_id IN (%(one)s, %(two)s)"


def granted(connection: psycopg.Connection, role: str) -> None:
    """Makes the role: it owns nothing and may do what the old application does."""
    connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))
    give(connection, role)


def give(connection: psycopg.Connection, role: str) -> None:
    """Grants on the tables there are, and on their sequences."""
    name = sql.Identifier(role)
    for (table,) in connection.execute(
        "SELECT c.oid::regclass::text FROM pg_class AS c WHERE c.oid IN"
        " (SELECT to_regclass(n.name) FROM unnest(%s::text[]) AS n (name))",
        [list(REPLACED)],
    ).fetchall():
        connection.execute(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(sql.SQL(table), name)
        )
    connection.execute(
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    )
    connection.execute(sql.SQL("GRANT SELECT, UPDATE ON users TO {}").format(name))


@contextmanager
def a_role(connection: psycopg.Connection, role: str) -> Iterator[str]:
    """The role for the block; with all its rights it is gone afterwards."""
    granted(connection, role)
    try:
        yield role
    finally:
        connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(role)))


class Names:
    """Ids that were not there before, by the order in which they came in their table."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.tables: dict[int, str] = {}
        self.known: dict[str, set[Any]] = {}
        self.new: dict[tuple[str, Any], str] = {}
        for table in REPLACED:
            for (relation,) in connection.execute(
                "SELECT a.attrelid FROM pg_attribute AS a WHERE a.attname = 'id'"
                " AND a.attrelid = to_regclass(%s)",
                [table],
            ).fetchall():
                self.tables[relation] = table
                self.known[table] = {
                    id for (id,) in connection.execute(f"SELECT t.id FROM {table} AS t")
                }

    def of(self, relation: int, column: str, value: Any) -> Any:
        table = self.tables.get(relation)
        if column != "id" or table is None or value in self.known[table]:
            return value
        count = sum(1 for other, _ in self.new if other == table)
        return self.new.setdefault((table, value), f"new {count + 1}")


def answers(cursor: psycopg.Cursor, names: Names) -> list:
    """The rows of a statement, or how many it wrote; of the last one of several."""
    while cursor.nextset():
        pass
    result = cursor.pgresult
    if cursor.description is None or result is None:
        return [cursor.rowcount]
    columns = [(result.ftable(n), column.name) for n, column in enumerate(cursor.description)]
    return [
        tuple(names.of(*column, value) for column, value in zip(columns, row, strict=True))
        for row in cursor.fetchall()
    ]


def run(
    connection: psycopg.Connection, role: str, one: Any, two: Any,
    statements: dict[str, str] | None = None, tables: Sequence[str] = tuple(REPLACED),
) -> dict[str, Any]:  # fmt: skip
    """The answers of all statements by their names; an error is its SQLSTATE.

    After each that writes, what the tables say of the two learners. It runs in the transaction
    that the connection is in, and stays in it.
    """
    learners = {"one": one, "two": two}
    names = Names(connection)
    found: dict[str, Any] = {}
    connection.execute("SELECT set_config('role', %s, true)", [role])

    def ask(name: str, text: str) -> None:
        try:
            with connection.transaction(), psycopg.ClientCursor(connection) as cursor:
                cursor.execute(text, learners)
                found[name] = answers(cursor, names)
        except psycopg.Error as error:
            found[name] = error.sqlstate

    for name, text in (STATEMENTS if statements is None else statements).items():
        ask(name, text)
        if name not in READING:
            if isinstance(found[name], list):
                found[name].sort(key=str)
            for table in tables:
                ask(f"{name}: {table}", STATE.format(table))
                if isinstance(found[f"{name}: {table}"], list):
                    found[f"{name}: {table}"].sort(key=str)
    connection.execute("RESET ROLE")
    return found
