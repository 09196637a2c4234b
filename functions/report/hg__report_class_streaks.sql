-- Whose streak ends within a day unless they play, the first to end first; NULL where nobody's.
-- Writes: nothing. Calls: hg__streak_at, hg__document_zone, hg__html, hg__report_cell,
-- hg__report_value, hg__report_number, hg__report_table. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_class_streaks(
    p_listed jsonb, p_settings hg_rules
) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_class_streaks$
BEGIN
    RETURN hg__report_table(
        'stack', 'Those whose streak ends within a day if they do not play.',
        '{Learner,Streak,Ends}', (
            SELECT string_agg(
                '<tr role="row" data-learner="' || hg__html(l.id #>> '{}')
                || '"><th scope="row" role="rowheader"><bdi>' || hg__html(l.name) || '</bdi></th>'
                || hg__report_cell('Streak', hg__report_value(
                    'streak.streak_days', s.streak ->> 'streak_days',
                    hg__report_number((s.streak ->> 'streak_days')::bigint)
                ) || CASE s.streak ->> 'streak_days' WHEN '1' THEN ' day' ELSE ' days' END)
                || hg__report_cell('Ends', hg__report_value(
                    'streak.expires_at', s.streak ->> 'expires_at',
                    to_char((s.streak ->> 'expires_at')::timestamptz AT TIME ZONE z.zone,
                        'FMDD Mon, HH24:MI') || ' (' || z.zone || ')'
                ))
                || '</tr>',
                E'\n' ORDER BY (s.streak ->> 'expires_at')::timestamptz, lower(l.name)
            )
            FROM jsonb_to_recordset(p_listed) AS l (id jsonb, name text, stats jsonb)
            CROSS JOIN LATERAL jsonb_populate_record(
                NULL::hg_snapshots, jsonb_build_object('user_id', l.id)
            ) AS k
            CROSS JOIN LATERAL (
                SELECT hg__streak_at(k.user_id, l.stats, now(), p_settings) OFFSET 0
            ) AS s (streak)
            CROSS JOIN LATERAL (
                SELECT hg__document_zone(l.stats, now(), p_settings.default_time_zone)
            ) AS z (zone)
            WHERE l.stats ->> 'streak_days' <> '0'
            AND (s.streak ->> 'expires_at')::timestamptz <= now() + interval '1 day'
        )
    );
END
$hg__report_class_streaks$;

REVOKE ALL ON FUNCTION hg__report_class_streaks FROM public;
