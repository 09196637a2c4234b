-- One text that says what the import made of everybody: the SHA-256 of the digests of all documents
-- in the order of the ids. The import's own instant, which stands where nobody knows when a module
-- was mastered, counts as a word: so two imports of the same data are equal.
-- Writes: nothing. Calls: hg__legacy_verify_state, hg__instant_text. Raises: 55000.
CREATE OR REPLACE FUNCTION hg_legacy_digest() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
SET jit TO 'off'
AS $hg_legacy_digest$
DECLARE
    v_instant text := (
        SELECT format('"mastered_at": "%s"', hg__instant_text(r.started_at))
        FROM hg_legacy_run AS r
    );
    v_digests bytea;
BEGIN
    IF hg__legacy_verify_state(false) THEN
        SELECT string_agg(
            sha256(convert_to(
                l.user_id::text || replace(l.document::text, v_instant, '"mastered_at": "import"'),
                'UTF8'
            )), '' ORDER BY l.user_id
        )
        INTO v_digests
        FROM hg_ledger AS l
        WHERE l.kind = 'import';
    ELSE
        SELECT string_agg(
            sha256(convert_to(
                u.id::text
                || replace(
                    u.hidden_grade_asset_next::text, v_instant, '"mastered_at": "import"'
                ),
                'UTF8'
            )), '' ORDER BY u.id
        )
        INTO v_digests
        FROM users AS u
        WHERE u.hidden_grade_asset_next IS NOT NULL;
    END IF;
    RETURN encode(sha256(coalesce(v_digests, '')), 'hex');
END
$hg_legacy_digest$;

REVOKE ALL ON FUNCTION hg_legacy_digest FROM public;

COMMENT ON FUNCTION hg_legacy_digest IS
$$One SHA-256, in hex, over all documents that the import staged, in the order of their ids; after
the cutover over those of its checkpoints. It does not depend on batches, on the order of work or on
when the import ran, so that two imports of the same data can be compared.

Errors: 55000 there is no import (DETAIL the state).

Only the owner may call it.

Example: SELECT hg_legacy_digest();$$;
