-- The tables of the older application that the document replaces, and the one that feeds it.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__legacy_tables() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE SECURITY INVOKER
RETURN ARRAY[
    'concept_mastery', 'subject_mastery', 'subject_difficulty_history', 'user_progress',
    'ai_analytics', 'module_history'
];

REVOKE ALL ON FUNCTION hg__legacy_tables FROM public;
