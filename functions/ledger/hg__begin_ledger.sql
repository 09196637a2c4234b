-- The first checkpoint of a learner who has none: the skeleton where there is no document, else the
-- document as it stands.
-- Writes: hg_ledger. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__begin_ledger(
    p_user_id users.id%TYPE, p_document jsonb, p_rules_version integer, p_user_grade smallint
) RETURNS void
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
BEGIN ATOMIC
    INSERT INTO hg_ledger (
        user_id, id, kind, occurred_at, recorded_at, rules_version, user_grade, recorded_by,
        document
    )
    VALUES (
        p_user_id, gen_random_uuid(),
        CASE WHEN p_document IS NULL THEN 'skeleton' ELSE 'direct_write' END::hg_entry_kind,
        '-infinity', clock_timestamp(), p_rules_version, p_user_grade, session_user, p_document
    );
END;

REVOKE ALL ON FUNCTION hg__begin_ledger FROM public;
