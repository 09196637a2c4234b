-- A write on the view subject_mastery: it goes to the table that was set aside; a difficulty_level
-- of 1 to 5 of a subject that is a module goes into the ledger, too, and so into the document,
-- which is what the view shows. The arguments are hg__legacy_view_statements'.
-- Attached by hg__legacy_set_aside as hg_legacy_write.
-- Writes: the table that was set aside; hg_ledger and users as hg_set_preferred_difficulty. Calls:
-- hg__legacy_user_id, hg__legacy_view_modules, hg__legacy_view_ours, hg__legacy_view_find,
-- hg_set_preferred_difficulty. Raises: 40001, LG405, LG422.
-- SECURITY DEFINER: whoever may write the view needs no right on the table, users or the ledger.
CREATE OR REPLACE FUNCTION hg__legacy_view_write_subject_mastery() RETURNS trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg__legacy_view_write_subject_mastery$
DECLARE
    v_learner users.id%TYPE;
    v_module text;
    v_level integer;
    v_current text;
    v_ours boolean := false;
    v_at record;
    v_written record;
BEGIN
    IF tg_op <> 'DELETE' AND (
        tg_op = 'INSERT' OR NEW.difficulty_level IS DISTINCT FROM OLD.difficulty_level
    ) AND NEW.difficulty_level::text ~ '^[1-5]$'
    THEN
        SELECT
            u.id, m.module, NEW.difficulty_level,
            u.hidden_grade_asset #>> ARRAY['modules', m.module, 'progress', 'preferred_difficulty'],
            hg__legacy_view_ours(u.xmin)
        INTO v_learner, v_module, v_level, v_current, v_ours
        FROM users AS u
        CROSS JOIN LATERAL (
            SELECT hg__legacy_view_modules() ->> NEW.subject::text AS module
        ) AS m
        WHERE u.id = hg__legacy_user_id(NEW.user_id::text) AND (
            u.hidden_grade_asset -> 'modules' ? m.module
            OR EXISTS (SELECT FROM hg_modules AS a WHERE a.module = m.module AND a.active)
        )
        FOR NO KEY UPDATE OF u;
    END IF;

    IF tg_op = 'INSERT' THEN
        EXECUTE tg_argv[2] INTO v_written USING NEW; -- dynamic: made for the columns of the view
    ELSE
        v_at := hg__legacy_view_find(
            tg_table_name, tg_argv, OLD::text, v_module IS NOT NULL AND NOT v_ours
        );
        IF v_at.o_place IS NULL THEN
            RETURN NULL;
        ELSIF tg_op = 'DELETE' THEN
            EXECUTE tg_argv[4] -- dynamic: made for the columns of the view
            USING v_at.o_part, v_at.o_place;
            RETURN OLD;
        END IF;
        EXECUTE tg_argv[3] INTO v_written -- dynamic: made for the columns of the view
        USING OLD, NEW, v_at.o_part, v_at.o_place;
    END IF;
    IF v_written.ctid IS NULL THEN
        RETURN NULL;
    END IF;

    -- The next row of the same subject says the same.
    IF tg_op = 'INSERT' OR v_current IS DISTINCT FROM v_level::text THEN
        PERFORM hg_set_preferred_difficulty(v_learner, v_module, v_level)
        WHERE v_module IS NOT NULL;
    END IF;
    EXECUTE tg_argv[5] INTO NEW -- dynamic: made for the columns of the view
    USING v_written.tableoid, v_written.ctid;
    RETURN NEW;
END
$hg__legacy_view_write_subject_mastery$;

REVOKE ALL ON FUNCTION hg__legacy_view_write_subject_mastery FROM public;
