-- All that is stored of a learner, to be handed out.
-- Writes: nothing. Calls: hg__check_present, hg__export_user, hg__export_now, hg__export_tables,
-- hg__export_about, hg__export_entry, hg__exact_instant_text, hg__log_access. Raises: 22023, LG404.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg_export_learner(p_user_id users.id%TYPE) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_export_learner$
DECLARE
    c_export_version CONSTANT integer := 1;
    v_installation hg_installation%ROWTYPE;
    v_user record;
    v_now record;
    v_tables record;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    SELECT i.* INTO v_installation FROM hg_installation AS i;
    v_user := hg__export_user(p_user_id, v_installation.state);
    v_now := hg__export_now(p_user_id);
    v_tables := hg__export_tables(p_user_id);
    PERFORM hg__log_access(p_user_id, 'hg_export_learner');

    RETURN jsonb_build_object(
        'about', hg__export_about() || jsonb_build_object('columns_of', v_tables.o_about),
        'export_version', c_export_version,
        'product_version', v_installation.code_version,
        'exported_at', hg__exact_instant_text(now()),
        'state', v_installation.state,
        'learner', p_user_id,
        'profile', v_user.o_profile,
        'document', v_user.o_document,
        'document_now', v_now.o_document,
        'document_problem', v_now.o_problem,
        'older_documents', v_user.o_older,
        'pauses', jsonb_build_object(
            'own', (
                SELECT coalesce(jsonb_agg(l.details ORDER BY l.ledger_id), '[]')
                FROM hg_ledger AS l
                WHERE l.user_id = p_user_id AND l.kind = 'pause'
            ),
            'everybody', (
                SELECT coalesce(jsonb_agg(v.change -> 'pause' ORDER BY v.version), '[]')
                FROM hg_rule_versions AS v
                WHERE v.change ? 'pause'
            )
        ),
        'history', (
            SELECT coalesce(jsonb_agg(hg__export_entry(l) ORDER BY l.ledger_id, l.id), '[]')
            FROM hg_ledger AS l
            WHERE l.user_id = p_user_id
        ),
        'snapshots', (
            SELECT jsonb_build_object(
                'rows', count(*),
                'first', hg__exact_instant_text(min(s.occurred_at)),
                'last', hg__exact_instant_text(max(s.occurred_at))
            )
            FROM hg_snapshots AS s
            WHERE s.user_id = p_user_id
        ),
        'tables', v_tables.o_rows
    );
END
$hg_export_learner$;

REVOKE ALL ON FUNCTION hg_export_learner FROM public;

COMMENT ON FUNCTION hg_export_learner IS
$$All that the product stores of a learner, as one object that explains itself: about says of each
part what it is. export_version, product_version, exported_at, state, learner; profile (the columns
of users that are read, nothing else of that row); document as stored, document_now as true now;
older_documents (while a move is under way); pauses {own, everybody}; history, every row of the
ledger with its receipt; snapshots {rows, first, last}; tables {table: [row]}, all other rows, also
what a move archived or put in quarantine.

It writes nothing, runs on a standby, and answers in every state: while a move from older tables is
under way it tells what there is so far, and document is the older application's; what the older
tables themselves hold is not in it. A malformed document is exported as it stands. The same data
give the same answer but for exported_at and document_now.

Errors: 22023 the argument is NULL, LG404 unknown learner.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_export_learner(1) -> 'history' -> 0;

What it answers to: docs/privacy.md$$;
