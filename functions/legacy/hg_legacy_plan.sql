-- What moving in would mean here: everything found, what becomes of it, and what it would cost.
-- Writes: nothing. Calls: hg__legacy_plan_parts, hg__legacy_plan_part. Raises: nothing.
CREATE OR REPLACE FUNCTION hg_legacy_plan() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL UNSAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg_legacy_plan$
DECLARE
    v_plan jsonb := '{}';
    v_part record;
BEGIN
    FOR v_part IN SELECT p.part, p.key FROM hg__legacy_plan_parts() AS p LOOP
        v_plan := v_plan || jsonb_build_object(
            v_part.key, hg__legacy_plan_part(v_part.part, v_plan)
        );
    END LOOP;
    RETURN v_plan;
END
$hg_legacy_plan$;

REVOKE ALL ON FUNCTION hg_legacy_plan FROM public;

COMMENT ON FUNCTION hg_legacy_plan IS
$$What moving in from the older tables, columns and documents would mean for this database: a report
for the time before make import, and at any time later. It changes nothing and works in every state.

One object: state (of the installation and its import); tables (found or not, relation, stored_as
table, set aside or backup, rows, bytes, user_id_type, orphans, without_user, serves: the import
reads it); users (rows, id_type, document: its column, type and shapes with the learners that have
each, same_blocks; columns: how many are null, default, other, and equal to the document's value);
merges; no_home (what would only be archived, with the rows that differ from their defaults);
warnings and limits ({code, text}); locks; time (seconds); space (bytes); next (the command).

Each table is read once; of 1,000,000 learners that takes minutes. make plan does the same, each
part in a transaction of its own, also where nothing is installed yet.

Errors: none of its own.

Only the owner may call it; grant it to whom you like.

Example: SELECT jsonb_pretty(hg_legacy_plan() -> 'warnings');

Rules: docs/migrating.md$$;
