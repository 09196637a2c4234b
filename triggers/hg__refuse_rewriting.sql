-- The ledger is append-only: what is recorded is never changed, and removed only learner by learner
-- (erasure, retention), which needs DELETE, and that is the owner's alone.
-- Writes: nothing. Calls: nothing. Raises: 23001.
CREATE OR REPLACE FUNCTION hg__refuse_rewriting() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__refuse_rewriting$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only' USING
        ERRCODE = 'restrict_violation',
        DETAIL = format('%s of %s.', tg_op, tg_table_name),
        HINT = 'Correct with a row of its own: hg_grant_tokens, hg_spend_tokens, hg_reset_module. '
            'The rows of a learner go with the row in users.';
END
$hg__refuse_rewriting$;

REVOKE ALL ON FUNCTION hg__refuse_rewriting FROM public;

-- Only where it is missing: a trigger's creation would hold up every activity until the load ends.
-- A distributed ledger has none: there the grants alone keep it.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_trigger AS t
        WHERE t.tgrelid = 'hg_ledger'::regclass AND t.tgname = 'hg_ledger_append_only'
    ) AND NOT (SELECT i.distributed FROM hg_installation AS i) THEN
        CREATE TRIGGER hg_ledger_append_only
        BEFORE UPDATE OR TRUNCATE ON hg_ledger
        FOR EACH STATEMENT EXECUTE FUNCTION hg__refuse_rewriting();
    END IF;
END
$$;
