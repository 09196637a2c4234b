-- The learners of a filter as a class page needs them, as true now; o_listed has the p_shown that
-- are shown one by one: all, or of more those first who need attention. Too many are refused.
-- Writes: nothing. Calls: hg__cross_filter, hg__report_member, hg__report_learners,
-- hg__raise_argument. Raises: 22023.
-- PARALLEL UNSAFE: hg__cross_filter and hg__report_member have a subtransaction.
CREATE OR REPLACE FUNCTION hg__report_class(
    p_filter jsonb, p_settings hg_rules, p_shown integer,
    OUT o_class jsonb, OUT o_listed jsonb
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__report_class$
DECLARE
    c_most CONSTANT integer := 1000;
    v_filter record := hg__cross_filter(p_filter);
BEGIN
    SELECT
        jsonb_agg(l.learner ORDER BY l.place),
        jsonb_agg(l.learner ORDER BY lower(l.learner ->> 'name'), l.learner ->> 'id')
            FILTER (WHERE l.place <= p_shown)
    INTO o_class, o_listed
    FROM (
        SELECT
            m.learner,
            row_number() OVER (
                ORDER BY m.learner -> 'attention' = 'null', lower(m.learner ->> 'name'),
                m.learner ->> 'id'
            ) AS place
        FROM (
            SELECT hg__report_member(r.o_user_id, r.o_name, r.o_document, p_settings) AS learner
            FROM hg__report_learners(
                v_filter.o_user_ids, v_filter.o_grades, v_filter.o_active_since, c_most,
                p_settings.rules_version
            ) AS r
            OFFSET 0
        ) AS m
    ) AS l;
    IF jsonb_array_length(o_class) > c_most THEN
        PERFORM hg__raise_argument(
            'p_filter', p_filter::text, format(
                'It means more than %s learners; a class page is for fewer. Name them by '
                'user_ids, or narrow it by grades or active_since.', c_most
            )
        );
    END IF;
END
$hg__report_class$;

REVOKE ALL ON FUNCTION hg__report_class FROM public;
