-- Stores what was built for a learner: the staged document and its checkpoint.
-- Writes: users, hg_ledger. Calls: hg__grade_number. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_stage(
    p_user_id users.id%TYPE, p_document jsonb, p_grade text, p_at timestamptz,
    p_rules_version integer
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_stage$
BEGIN
    UPDATE users AS u SET hidden_grade_asset_next = p_document WHERE u.id = p_user_id;
    INSERT INTO hg_ledger (
        occurred_at, recorded_at, user_id, id, rules_version, kind, user_grade, recorded_by,
        document
    )
    VALUES (
        p_at, p_at, p_user_id, gen_random_uuid(), p_rules_version, 'import',
        hg__grade_number(p_grade), session_user, p_document
    );
END
$hg__legacy_stage$;

REVOKE ALL ON FUNCTION hg__legacy_stage FROM public;
