-- A percent drawn as a bar beside its figure, which alone is read out.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__report_meter(p_percent integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '<svg xmlns="http://www.w3.org/2000/svg" class="meter" viewBox="0 0 112 6" '
|| 'preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="112" height="6" '
|| 'rx="3"/><rect class="fill" width="' || trim_scale(round(1.12 * p_percent, 1))
|| '" height="6" rx="3"/></svg>';

REVOKE ALL ON FUNCTION hg__report_meter FROM public;
