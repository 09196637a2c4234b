-- A learner's progress as one page for people.
-- Writes: nothing. Calls: hg__check_reading, hg__learner, hg__log_access, hg__report_name,
-- hg__stats_broken, hg__require_sound, hg__document_zone, hg__report_day, hg__document_day,
-- hg__report_page, hg__html, hg__report_learner, hg__document_at.
-- Raises: 22023, 55000, LG404, LG422.
-- PARALLEL UNSAFE: the block that names a malformed document is a subtransaction.
-- SECURITY DEFINER: readers get one learner's page, not the tables.
CREATE OR REPLACE FUNCTION hg_report(p_user_id users.id%TYPE) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_report$
DECLARE
    v_learner record;
    v_settings hg_rules;
    v_stats jsonb;
    v_zone text;
    v_name text;
    v_last text;
BEGIN
    PERFORM hg__check_reading(p_user_id, now());
    v_learner := hg__learner(p_user_id);
    v_settings := v_learner.o_settings;
    v_stats := v_learner.o_document -> 'global_stats';
    IF v_settings.access_log THEN
        PERFORM hg__log_access(p_user_id, 'hg_report');
    END IF;
    v_name := coalesce((
        SELECT hg__report_name(to_jsonb(u) - 'hidden_grade_asset') FROM users AS u
        WHERE u.id = p_user_id
    ), 'Learner');
    IF hg__stats_broken(v_stats) THEN
        PERFORM hg__require_sound(v_learner.o_document);
    END IF;
    BEGIN
        v_zone := hg__document_zone(v_stats, now(), v_settings.default_time_zone);
        v_last := hg__report_day(hg__document_day(
            v_stats, (v_stats ->> 'last_active')::timestamptz, v_settings
        ));
        RETURN hg__report_page(
            'Progress of ' || v_name,
            'learner',
            '<h1>Progress of <bdi>' || hg__html(v_name) || E'</bdi></h1>\n<p>As of '
            || to_char(now() AT TIME ZONE v_zone, 'FMDD Mon YYYY, HH24:MI') || ' ('
            || hg__html(v_zone) || coalesce('). Last active on ' || v_last, ')') || '.</p>',
            hg__report_learner(
                p_user_id, hg__document_at(p_user_id, v_learner.o_document, now(), v_settings),
                v_learner.o_document, v_learner.o_user_grade, v_settings, v_zone
            ),
            '<p>Every figure is the learner''s own record at that moment. Accuracy is the share of '
            || 'correct answers; a session is good from the module''s own threshold on.</p>'
        );
    EXCEPTION
        WHEN data_exception THEN
            PERFORM hg__require_sound(v_learner.o_document);
            RAISE;
    END;
END
$hg_report$;

REVOKE ALL ON FUNCTION hg_report FROM public;
GRANT EXECUTE ON FUNCTION hg_report TO hg_app, hg_reader;

COMMENT ON FUNCTION hg_report IS
$$A learner's progress as a page for people, a parent or the learner: one HTML text that is
well-formed XML too, brings its own style, loads nothing and runs nothing. Head figures, the
calendar of the last 60 days, tokens of the last twelve weeks, each module with its way to mastery,
strengths and weaknesses (the document's analysis; where there is none one by arithmetic, which is
not stored), and the moves between modules. It reads well on a phone, in the dark and on paper, and
with a screen reader. Every figure has its place in the document as data-path. Nothing is written;
it works on a standby.

The name shown is display_name, else username, where users has such columns, else Learner.

Arguments: p_user_id the learner's users.id.
Errors: 22023 p_user_id is NULL, 55000 a legacy import is pending, LG404 unknown learner, LG422 the
stored document is malformed.

Example: SELECT hg_report(1);

More: docs/reports.md$$;
