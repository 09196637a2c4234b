-- LG409: an id that stands for something else already.
-- Writes: nothing. Calls: hg__exact_instant_text. Raises: LG409.
CREATE OR REPLACE FUNCTION hg__raise_id_reused(p_entry hg_ledger) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY INVOKER
SET search_path FROM CURRENT
AS $hg__raise_id_reused$
BEGIN
    RAISE EXCEPTION 'id reused with other content' USING
        ERRCODE = 'LG409',
        DETAIL = format(
            '%s was recorded at %s as %s with other content.',
            p_entry.id, hg__exact_instant_text(p_entry.recorded_at), p_entry.kind
        ),
        HINT = 'Make a new id for every activity, spend and grant; send the same id and content '
            'again only to repeat a call.';
END
$hg__raise_id_reused$;

REVOKE ALL ON FUNCTION hg__raise_id_reused FROM public;
