-- Makes the grants on one relation those on another, table and columns, grant options and PUBLIC
-- included; what the owners of either have is left alone. What is not granted there is revoked.
-- Writes: nothing (the relation's privileges). Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_grants(p_from regclass, p_to regclass) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__legacy_view_grants$
DECLARE
    v_granting boolean;
    v_statements text[];
BEGIN
    -- A privilege that somebody is to lose is taken from all, as who passed it on to whom stands in
    -- the way of less; those who are to keep it are granted it afterwards.
    FOREACH v_granting IN ARRAY '{false,true}'::boolean[] LOOP
        v_statements := ARRAY(
            WITH held AS (
                SELECT
                    c.oid AS relation,
                    '' AS on_column,
                    x.grantee,
                    x.privilege_type,
                    x.is_grantable
                FROM pg_class AS c
                CROSS JOIN LATERAL aclexplode(c.relacl) AS x
                WHERE c.oid IN (p_from, p_to)
                UNION ALL
                SELECT
                    a.attrelid AS relation,
                    format(' (%I)', a.attname) AS on_column,
                    x.grantee,
                    x.privilege_type,
                    x.is_grantable
                FROM pg_attribute AS a
                CROSS JOIN LATERAL aclexplode(a.attacl) AS x
                WHERE a.attrelid IN (p_from, p_to) AND NOT a.attisdropped
            ), compared AS (
                SELECT
                    h.on_column,
                    h.privilege_type,
                    CASE h.grantee
                        WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(h.grantee))
                    END AS grantee,
                    bool_or(h.relation = p_from) AS wanted,
                    bool_or(h.relation = p_to) AS present,
                    bool_or(h.is_grantable AND h.relation = p_from) AS wanted_option,
                    bool_or(h.is_grantable AND h.relation = p_to) AS present_option
                FROM held AS h
                WHERE h.grantee NOT IN (
                    SELECT c.relowner FROM pg_class AS c WHERE c.oid IN (p_from, p_to)
                )
                GROUP BY h.on_column, h.privilege_type, h.grantee
            ), judged AS (
                SELECT
                    c.*,
                    bool_or(
                        c.present AND NOT c.wanted OR c.present_option AND NOT c.wanted_option
                    ) OVER (PARTITION BY c.on_column, c.privilege_type) AS anew
                FROM compared AS c
            )

            SELECT
                CASE
                    WHEN v_granting
                        THEN format(
                            'GRANT %s%s ON %s TO %s%s', c.privilege_type, c.on_column, p_to,
                            c.grantee,
                            CASE WHEN c.wanted_option THEN ' WITH GRANT OPTION' ELSE '' END
                        )
                    ELSE format(
                        'REVOKE %s%s ON %s FROM %s CASCADE', c.privilege_type, c.on_column, p_to,
                        c.grantee
                    )
                END
            FROM judged AS c
            WHERE CASE
                WHEN v_granting
                    THEN c.wanted AND (NOT c.present OR c.wanted_option AND NOT c.present_option)
                ELSE c.present AND c.anew
            END
        );
        FOR v_place IN 1..cardinality(v_statements) LOOP
            EXECUTE v_statements[v_place]; -- dynamic: who has been granted what
        END LOOP;
    END LOOP;
END
$hg__legacy_view_grants$;

REVOKE ALL ON FUNCTION hg__legacy_view_grants FROM public;
