"""Everything the catalogs know of an installation, to be compared with another one's."""

import psycopg

# Each selects (what, which, how); nothing of it tells how or when a database came to be.
QUESTIONS = {
    "relation": """
        SELECT c.relname, concat_ws(' ', c.relkind, c.relpersistence, c.relispartition,
            c.reloptions, c.relrowsecurity, c.relreplident, obj_description(c.oid, 'pg_class'))
        FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace
    """,
    "grant on a relation": """
        SELECT c.relname, a.grantee::regrole || ' ' || a.privilege_type || ' ' || a.is_grantable
        FROM pg_class AS c
        CROSS JOIN LATERAL aclexplode(coalesce(
            c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner)
        )) AS a
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
    """,
    "column": """
        SELECT c.relname || '.' || a.attname, concat_ws(' ', a.attnum,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
            a.attstorage, a.attcompression, a.attstattarget, a.attacl, a.attcollation::regcollation,
            pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
        FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraint": """
        SELECT c.conrelid::regclass || '.' || c.conname, concat_ws(' ', c.convalidated,
            pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint'))
        FROM pg_constraint AS c WHERE c.connamespace = 'public'::regnamespace
    """,
    "index": """
        SELECT i.indexrelid::regclass::text, i.indisvalid || pg_get_indexdef(i.indexrelid)
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
        WHERE c.relnamespace = 'public'::regnamespace
    """,
    "view": """
        SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
    """,
    "trigger": """
        SELECT t.tgrelid::regclass || '.' || t.tgname, concat_ws(' ', t.tgenabled,
            pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger'))
        FROM pg_trigger AS t
        WHERE NOT t.tgisinternal
    """,
    "rule": """
        SELECT r.ev_class::regclass || '.' || r.rulename, pg_get_ruledef(r.oid)
        FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class
        WHERE c.relnamespace = 'public'::regnamespace
    """,
    "function": """
        SELECT p.oid::regprocedure::text, concat_ws(' ', pg_get_functiondef(p.oid),
            pg_get_userbyid(p.proowner), obj_description(p.oid, 'pg_proc'))
        FROM pg_proc AS p WHERE p.pronamespace = 'public'::regnamespace
    """,
    "grant on a function": """
        SELECT p.oid::regprocedure::text,
            concat_ws(' ', a.grantee::regrole, a.privilege_type, a.is_grantable)
        FROM pg_proc AS p
        CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
        WHERE p.pronamespace = 'public'::regnamespace
    """,
    "type": """
        SELECT t.typname::text, concat_ws(' ', t.typtype, obj_description(t.oid, 'pg_type'), (
            SELECT string_agg(e.enumlabel, ' ' ORDER BY e.enumsortorder)
            FROM pg_enum AS e WHERE e.enumtypid = t.oid
        ))
        FROM pg_type AS t WHERE t.typnamespace = 'public'::regnamespace
    """,
    "sequence": """
        SELECT s.seqrelid::regclass::text, concat_ws(' ', s.seqtypid::regtype, s.seqstart,
            s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle)
        FROM pg_sequence AS s
    """,
    "module": "SELECT m.module, m::text FROM hg_modules AS m",
    "setting": "SELECT s.name, s::text FROM hg_settings AS s",
    "rule version": """
        SELECT v.version::text, (to_jsonb(v) - ARRAY['recorded_at'])::text
        FROM hg_rule_versions AS v
    """,
    "rules": "SELECT concat_ws(' ', r.rules_version, r.module), to_jsonb(r)::text FROM hg_rules r",
    "document": "SELECT u.id::text, u.hidden_grade_asset::text FROM users AS u",
    "ledger": """
        SELECT concat_ws(' ', l.user_id, l.kind, l.ledger_id, l.local_day),
            (to_jsonb(l) - ARRAY['id', 'recorded_at', 'occurred_at', 'ledger_id'])::text
        FROM hg_ledger AS l
    """,
    "installation": """
        SELECT '', (to_jsonb(i) - ARRAY['installed_at', 'created_users'])::text
        FROM hg_installation AS i
    """,
    "applied": "SELECT m.migration_id, m.migration_hash FROM _yoyo_migration AS m",
    "logged": """
        SELECT l.migration_id, concat_ws(' ', l.operation, l.migration_hash, l.comment)
        FROM _yoyo_log AS l
    """,
    "version of the books": "SELECT v.version::text, '' FROM _yoyo_version AS v",
}


def catalog(connection: psycopg.Connection) -> dict[str, list[tuple]]:
    """All answers, ready to be compared as a whole."""
    found = {}
    with connection.transaction():
        connection.execute("SET LOCAL search_path = public, pg_temp")
        for name, question in QUESTIONS.items():
            found[name] = sorted(connection.execute(question).fetchall(), key=repr)
    return found


def differences(one: dict[str, list[tuple]], other: dict[str, list[tuple]]) -> dict[str, list]:
    """What is in one of them only; empty: they are the same."""
    return {
        name: found
        for name in one
        if (found := sorted(set(one[name]) ^ set(other[name]), key=repr))
    }
