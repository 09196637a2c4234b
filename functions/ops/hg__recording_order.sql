-- What a distributed installation gives hg_ledger.ledger_id by default, in the place of a sequence:
-- each node would count by itself, and rows of one learner may be written on several. The clock's
-- microseconds since 1970 are greater than any number a sequence had come to.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__recording_order() RETURNS bigint
LANGUAGE sql VOLATILE PARALLEL SAFE SECURITY INVOKER
RETURN (extract(EPOCH FROM clock_timestamp()) * 1000000)::bigint;

REVOKE ALL ON FUNCTION hg__recording_order FROM public;
