-- Says in the server's log who reads a learner, where the setting access_log is on. There, and in
-- no table: readers are STABLE and run on a standby, and a row would go with their ROLLBACK.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__log_access(
    p_user_id users.id%TYPE, p_function text
) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__log_access$
BEGIN
    IF (
        SELECT r.access_log
        FROM hg_installation AS i
        INNER JOIN hg_rules AS r ON i.rules_version = r.rules_version
        LIMIT 1
    ) THEN
        RAISE LOG 'hg_access %', json_build_object(
            'event', 'hg_access',
            'function', p_function,
            'user_id', p_user_id,
            'reader', session_user,
            'role', nullif(current_setting('role'), 'none'),
            'application_name', current_setting('application_name'),
            'client', host(inet_client_addr())
        );
    END IF;
END
$hg__log_access$;

REVOKE ALL ON FUNCTION hg__log_access FROM public;
