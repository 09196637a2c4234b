-- Is all well? One row for a monitor: status 0 ok, 1 look (somebody should, at daytime), 2 bad
-- (now), and a message that says what to do. It asks hg_v_health, which looks at a few learners,
-- other ones each time; once a minute is not too often.
--
--     psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --file health.sql
--
-- prints for instance: 0|ok|version 0.2.0, 9,600 learners. The exit status of psql is 0 where the
-- row came, 1 to 3 where the database or the installation did not answer, which is bad, too. For a
-- monitor of the Nagios kind: STATUS=$(psql ...) || exit 2; echo "$STATUS"; exit "${STATUS%%|*}"
SELECT
    CASE h.level WHEN 'ok' THEN 0 WHEN 'look' THEN 1 ELSE 2 END AS status,
    h.level,
    CASE
        WHEN h.warnings = 0 THEN format(
            'version %s, %s learners', h.code_version,
            trim(to_char(h.learners, '999,999,999,990'))
        )
        WHEN h.warnings = 1 THEN h.first_warning
        ELSE format('%s (and %s more: make status)', h.first_warning, h.warnings - 1)
    END AS message
FROM hg_v_health AS h;
