-- The filter of a group of learners, read; what it does not name is NULL. Ids are read as those of
-- users, grades in one way of writing (K is 0).
-- Writes: nothing. Calls: hg__raise_argument, hg__grade_number. Raises: 22023.
-- PARALLEL UNSAFE: what cannot be read is met in a subtransaction.
CREATE OR REPLACE FUNCTION hg__cross_filter(
    p_filter jsonb, OUT o_user_ids jsonb, OUT o_grades text[], OUT o_active_since timestamptz
)
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__cross_filter$
DECLARE
    v_key text;
    v_value jsonb;
    v_good boolean;
BEGIN
    IF jsonb_typeof(p_filter) IS DISTINCT FROM 'object' THEN
        PERFORM hg__raise_argument(
            'p_filter', p_filter::text, 'Give an object; an empty one means every learner.'
        );
    END IF;
    FOR v_key, v_value IN SELECT f.key, f.value FROM jsonb_each(p_filter) AS f LOOP
        BEGIN
            CASE v_key
                WHEN 'user_ids' THEN
                    o_user_ids := v_value;
                    v_good := jsonb_typeof(v_value) = 'array' AND NOT EXISTS (
                        SELECT
                        FROM jsonb_array_elements(v_value) AS i (id)
                        CROSS JOIN LATERAL jsonb_populate_record(
                            NULL::hg_snapshots, jsonb_build_object('user_id', i.id)
                        ) AS s
                        WHERE jsonb_typeof(i.id) NOT IN ('string', 'number') OR s.user_id IS NULL
                    );
                WHEN 'grades' THEN
                    v_good := jsonb_typeof(v_value) = 'array'
                        AND NOT jsonb_path_exists(v_value, 'strict $[*] ? (@.type() != "string")');
                    IF v_good THEN
                        o_grades := ARRAY(
                            SELECT coalesce(hg__grade_number(g.grade)::text, btrim(g.grade))
                            FROM jsonb_array_elements_text(v_value) AS g (grade)
                        );
                    END IF;
                WHEN 'active_since' THEN
                    o_active_since := v_value #>> '{}';
                    v_good := jsonb_typeof(v_value) = 'string'
                        AND o_active_since >= '0001-01-01 00:00:00Z'
                        AND o_active_since < '10000-01-01 00:00:00Z';
                ELSE
                    v_good := false;
            END CASE;
        EXCEPTION
            WHEN data_exception THEN
                v_good := false;
        END;
        IF NOT v_good THEN
            PERFORM hg__raise_argument(
                'p_filter', jsonb_build_object(v_key, v_value)::text,
                'The keys are user_ids (an array of users.id), grades (an array of strings, as in '
                'users.grade) and active_since (an instant of the years 1 to 9999).'
            );
        END IF;
    END LOOP;
END
$hg__cross_filter$;

REVOKE ALL ON FUNCTION hg__cross_filter FROM public;
