-- Stores a learner's document, telling the guard of direct writes that it is us. The setting is
-- made by hand: an owner who is no superuser may not give a function one that PostgreSQL does
-- not know.
-- Writes: users. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__store_document(
    p_user_id users.id%TYPE, p_document jsonb
) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__store_document$
DECLARE
    v_before text := coalesce(current_setting('hg.writing', true), '');
BEGIN
    PERFORM set_config('hg.writing', 'on', true);
    UPDATE users AS u SET hidden_grade_asset = p_document WHERE u.id = p_user_id;
    PERFORM set_config('hg.writing', v_before, true);
END
$hg__store_document$;

REVOKE ALL ON FUNCTION hg__store_document FROM public;
