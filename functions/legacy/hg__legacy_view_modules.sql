-- Subjects of subject_mastery, and the modules whose preferred_difficulty they show.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_view_modules() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN '{
    "addition": "addition_facts", "subtraction": "subtraction_facts",
    "multiplication": "multiplication_facts", "division": "division_facts",
    "fractions": "fractions_puzzle", "decimals": "decimal_defender",
    "ratios": "ratios_proportions", "measurement": "measurement", "algebra": "algebra"
}'::jsonb;

REVOKE ALL ON FUNCTION hg__legacy_view_modules FROM public;
