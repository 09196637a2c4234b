-- A class as one page for its teacher.
-- Writes: nothing. Calls: hg__require_live, hg__report_class, hg__log_access, hg__report_section,
-- hg__report_class_figures, hg__report_class_learners, hg__report_class_streaks,
-- hg__report_class_modules, hg__report_heat, hg__report_number, hg__report_page.
-- Raises: 22023, 55000.
-- PARALLEL UNSAFE: hg__report_class has a subtransaction.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_class_report(p_filter jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_class_report$
DECLARE
    c_shown CONSTANT integer := 40;
    v_settings hg_rules;
    v_group record;
    v_count integer;
    v_some text;
BEGIN
    SELECT r.* INTO v_settings
    FROM hg_installation AS i
    INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
    LIMIT 1;
    v_group := hg__report_class(p_filter, v_settings, c_shown);
    PERFORM hg__require_live();
    v_count := coalesce(jsonb_array_length(v_group.o_class), 0);
    IF v_settings.access_log THEN
        PERFORM hg__log_access(k.user_id, 'hg_class_report')
        FROM jsonb_to_recordset(v_group.o_listed) AS l (id jsonb)
        CROSS JOIN LATERAL jsonb_populate_record(
            NULL::hg_snapshots, jsonb_build_object('user_id', l.id)
        ) AS k;
    END IF;
    v_some := CASE WHEN v_count > c_shown THEN format(
        '<p>Shown are %s of the %s learners, first those who need attention.</p>',
        c_shown, hg__report_number(v_count)
    ) ELSE '' END;
    RETURN hg__report_page(
        'Class report',
        'class',
        E'<h1>Class report</h1>\n<p>As of ' || to_char(
            now() AT TIME ZONE v_settings.default_time_zone, 'FMDD Mon YYYY, HH24:MI'
        ) || ' (' || v_settings.default_time_zone || '). For the teacher of these children '
        || 'alone.</p>',
        CASE v_count WHEN 0 THEN hg__report_section(
            'start', 'wide', 'Nobody is here', '<p>The filter means no learner.</p>'
        ) ELSE concat(
            hg__report_section(
                'figures', 'wide', 'At a glance', hg__report_class_figures(v_group.o_class)
            ),
            hg__report_section(
                'learners', 'wide long', 'Learners',
                v_some || hg__report_class_learners(v_group.o_listed)
            ),
            hg__report_section(
                'streaks', 'wide', 'Streaks about to end',
                v_some || coalesce(
                    hg__report_class_streaks(v_group.o_listed, v_settings),
                    '<p>Nobody is about to lose a streak.</p>'
                )
            ),
            hg__report_section('modules', 'wide long', 'Modules', hg__report_class_modules(
                v_group.o_class, v_settings.rules_version
            )),
            hg__report_section('heat', 'wide long', 'Learner by module', v_some || hg__report_heat(
                v_group.o_listed, v_settings.rules_version
            ))
        ) END,
        '<p>A learner is marked with: no session yet, none for more than a week, or less than 60% '
        || 'correct of at least 20 questions. It is a reason to look, not a judgement.</p>'
    );
END
$hg_class_report$;

REVOKE ALL ON FUNCTION hg_class_report FROM public;

COMMENT ON FUNCTION hg_class_report IS
$$A class as a page for its teacher, one HTML text as hg_report's: the class at a glance, its
learners with a mark and the reason for those who need attention, whose streak is about to end, the
modules from the hardest on, and a table of learners by modules. Up to 40 learners are shown one by
one; of more, those first who need attention, and the page says so: the glance and the modules are
of all. More than 1,000 are refused. Nothing is written; it works on a standby.

Arguments: p_filter {"user_ids": [ids], "grades": ["K", "3"], "active_since": instant}: learners who
are in all that is given. Ids that nobody has add nothing.
Errors: 22023 NULL, no object, an unknown key, a value that cannot be read, or more than 1,000
learners; 55000 a legacy import is pending.

It names children and shows their figures: only the owner may call it, and grants it with care.

Example: SELECT hg_class_report('{"grades": ["3"]}');

More: docs/reports.md$$;
