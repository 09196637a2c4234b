-- PostgREST, and what is built on it: who logs in reaches their own progress and nobody else's.
--
--     psql --file examples/clients/postgrest.sql --set authenticator=authenticator
--
-- as a role that may create roles, after make migrate. PostgREST logs in as :authenticator and
-- becomes the role that the caller's token names, here hg_web_user (with Supabase:
-- authenticated). The token's claim `sub` is the learner's id.
--
-- hg_web_user gets none of the product's roles: whoever may execute hg_record_activity may name any
-- learner in it. It gets the functions of the schema hg_api, which take the learner from the token.
-- PostgREST shows that schema only: db-schemas = "hg_api".
\if :{?authenticator}
\else
\set authenticator authenticator
\endif

BEGIN;

CREATE ROLE hg_web_user NOLOGIN;
CREATE ROLE hg_web_gate NOLOGIN;
GRANT hg_web_user TO :"authenticator";
GRANT hg_app TO hg_web_gate;

CREATE SCHEMA hg_api;
GRANT USAGE ON SCHEMA hg_api TO hg_web_user;

-- The learner of the request; the cast is that of users.id. Without a token there is none, and
-- every function below says so.
CREATE FUNCTION hg_api.hg__me() RETURNS users.id%TYPE
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::integer;

-- The argument names are those of the product less p_user_id, so that what a browser posts to
-- /rpc/record_activity is a JSON object with them as keys.
CREATE FUNCTION hg_api.record_activity(
    p_activity_id uuid, p_module text, p_questions integer, p_correct integer,
    p_seconds integer DEFAULT NULL, p_run_type text DEFAULT 'token_run',
    p_occurred_at timestamptz DEFAULT NULL, p_details jsonb DEFAULT '{}'
) RETURNS jsonb
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
BEGIN ATOMIC
    SELECT hg_record_activity(
        hg_api.hg__me(), p_activity_id, p_module, p_questions, p_correct, p_seconds, p_run_type,
        p_occurred_at, p_details
    );
END;

CREATE FUNCTION hg_api.spend_tokens(p_spend_id uuid, p_amount integer, p_reason text)
RETURNS jsonb
LANGUAGE sql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
BEGIN ATOMIC
    SELECT hg_spend_tokens(hg_api.hg__me(), p_spend_id, p_amount, p_reason);
END;

-- STABLE ones can be asked for by GET, too, and run on a standby.
CREATE FUNCTION hg_api.progress() RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
BEGIN ATOMIC
    SELECT hg_document(hg_api.hg__me());
END;

CREATE FUNCTION hg_api.streak() RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path FROM CURRENT
BEGIN ATOMIC
    SELECT hg_streak(hg_api.hg__me());
END;

-- They run with the rights of hg_web_gate: of hg_app, not of whoever ran this file. An owner of a
-- function has to be able to create in its schema; afterwards it need not.
GRANT USAGE, CREATE ON SCHEMA hg_api TO hg_web_gate;
GRANT hg_web_gate TO current_user;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA hg_api FROM public;
ALTER FUNCTION hg_api.hg__me OWNER TO hg_web_gate;
ALTER FUNCTION hg_api.record_activity OWNER TO hg_web_gate;
ALTER FUNCTION hg_api.spend_tokens OWNER TO hg_web_gate;
ALTER FUNCTION hg_api.progress OWNER TO hg_web_gate;
ALTER FUNCTION hg_api.streak OWNER TO hg_web_gate;
REVOKE CREATE ON SCHEMA hg_api FROM hg_web_gate;
REVOKE hg_web_gate FROM current_user;
GRANT EXECUTE ON FUNCTION
    hg_api.record_activity, hg_api.spend_tokens, hg_api.progress, hg_api.streak
TO hg_web_user;

COMMIT;
