-- A write on the view ai_analytics: it goes to the table that was set aside; what a learner's
-- newest row says is the document's section of AI texts, so a write that changes that row, or which
-- row it is, changes the section. The arguments are hg__legacy_view_statements'.
-- Attached by hg__legacy_set_aside as hg_legacy_write.
-- Writes: the table that was set aside; users. Calls: hg__legacy_user_id, hg__legacy_view_ours,
-- hg__legacy_view_find, hg__legacy_analysis_row, hg__legacy_view_store. Raises: 40001, LG422.
-- SECURITY DEFINER: whoever may write the view needs no right on the table or users.
CREATE OR REPLACE FUNCTION hg__legacy_view_write_ai_analytics() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__legacy_view_write_ai_analytics$
DECLARE
    v_old_learner users.id%TYPE;
    v_new_learner users.id%TYPE;
    v_ours boolean;
    v_at record;
    v_written record;
    v_newest record;
    v_was_newest boolean := false;
    v_is_newest boolean := false;
    v_old_row jsonb;
    v_row jsonb;
BEGIN
    IF tg_op <> 'INSERT' THEN
        v_old_learner := hg__legacy_user_id(OLD.user_id::text);
    END IF;
    IF tg_op <> 'DELETE' THEN
        v_new_learner := hg__legacy_user_id(NEW.user_id::text);
    END IF;
    PERFORM
    FROM users AS u
    WHERE u.id IN (v_old_learner, v_new_learner)
    ORDER BY u.id
    FOR NO KEY UPDATE;

    IF tg_op = 'INSERT' THEN
        EXECUTE tg_argv[2] INTO v_written USING NEW; -- dynamic: made for the columns of the view
    ELSE
        v_ours := (SELECT hg__legacy_view_ours(u.xmin) FROM users AS u WHERE u.id = v_old_learner);
        v_at := hg__legacy_view_find(
            tg_table_name, tg_argv, OLD::text, coalesce(NOT v_ours, true)
        );
        IF v_at.o_place IS NULL THEN
            RETURN NULL;
        END IF;
        EXECUTE tg_argv[6] INTO v_newest -- dynamic: made for the columns of the view
        USING v_old_learner;
        v_was_newest := (v_newest.tableoid = v_at.o_part AND v_newest.ctid = v_at.o_place) IS TRUE;
        IF tg_op = 'UPDATE' THEN
            EXECUTE tg_argv[8] INTO v_old_row USING OLD; -- dynamic: made for its columns
            EXECUTE tg_argv[8] INTO v_row USING NEW; -- dynamic: made for its columns
            EXECUTE tg_argv[3] INTO v_written -- dynamic: made for the columns of the view
            USING OLD, NEW, v_at.o_part, v_at.o_place;
        ELSE
            EXECUTE tg_argv[4] -- dynamic: made for the columns of the view
            USING v_at.o_part, v_at.o_place;
        END IF;
    END IF;
    IF tg_op <> 'DELETE' THEN
        IF v_written.ctid IS NULL THEN
            RETURN NULL;
        END IF;
        EXECUTE tg_argv[6] INTO v_newest -- dynamic: made for the columns of the view
        USING v_new_learner;
        v_is_newest := (
            v_newest.tableoid = v_written.tableoid AND v_newest.ctid = v_written.ctid
        ) IS TRUE;
    END IF;

    IF v_was_newest AND (NOT v_is_newest OR v_new_learner IS DISTINCT FROM v_old_learner) THEN
        EXECUTE tg_argv[6] INTO v_newest -- dynamic: made for the columns of the view
        USING v_old_learner;
        EXECUTE tg_argv[7] INTO v_old_row -- dynamic: made for the columns of the view
        USING v_newest.tableoid, v_newest.ctid;
        PERFORM hg__legacy_view_store(v_old_learner, v_old_row);
        v_was_newest := false;
    END IF;
    IF v_is_newest AND NOT (
        v_was_newest AND hg__legacy_analysis_row(v_old_row) = hg__legacy_analysis_row(v_row)
    ) THEN
        IF tg_op = 'INSERT' THEN
            EXECUTE tg_argv[7] INTO v_row -- dynamic: made for the columns of the view
            USING v_written.tableoid, v_written.ctid;
        END IF;
        PERFORM hg__legacy_view_store(v_new_learner, v_row);
    END IF;

    IF tg_op = 'DELETE' THEN
        RETURN OLD;
    END IF;
    EXECUTE tg_argv[5] INTO NEW -- dynamic: made for the columns of the view
    USING v_written.tableoid, v_written.ctid;
    RETURN NEW;
END
$hg__legacy_view_write_ai_analytics$;

REVOKE ALL ON FUNCTION hg__legacy_view_write_ai_analytics FROM public;
