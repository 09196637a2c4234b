-- What each part of an export is, in words for somebody who has never seen one.
-- Writes: nothing. Calls: nothing. Raises: nothing.
CREATE OR REPLACE FUNCTION hg__export_about() RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE SECURITY INVOKER
RETURN jsonb_build_object(
    'this_file', 'All that the learning record holds of one learner. Instants are UTC. What the '
    'application keeps elsewhere (e-mail addresses, passwords, its own tables) is not in it.',
    'export_version', 'The version of the shape of this file.',
    'product_version', 'The version of the software that wrote it.',
    'exported_at', 'When it was written.',
    'state', 'none, cut_over, finalized: the document is the learning record. Others: data are '
    'being moved from older tables, which hold the record until that is done.',
    'learner', 'The number or name by which the record knows the learner.',
    'profile', 'What is read of the learner''s row in users: the id; the grade, for which '
    'exercises count as known; the names by which reports call the learner; where the settings '
    'name such columns, the consent to analyses and whether the learner has a rank; after a move '
    'from an older application, the columns in which that one kept progress.',
    'document', 'The learning record as it is stored: balances, streak, and for each module what '
    'was practised, how well, and what follows from it.',
    'document_now', 'The same as true at this moment: a streak that was broken reads 0, the '
    'figures of another day read 0.',
    'document_problem', 'Why there is no document_now; null: there is one.',
    'older_documents', 'Documents that a move from an older application keeps beside until it is '
    'finished; null: there are none.',
    'pauses', 'Days that break no streak: own, the learner''s; everybody, holidays of all.',
    'history', 'Everything that was recorded, in the order of recording: what (activity: a '
    'session; spend, grant: tokens; skeleton, import, direct_write, retention: a document from '
    'which counting began; others: what a person changed), when it happened and when it was '
    'recorded, who asked for it where it was a person (the name of a database login), what was '
    'given with it (a reason, for instance), and the receipt that was issued.',
    'snapshots', 'How many earlier states of the document are kept to save computing time. They '
    'say nothing that the history does not.',
    'tables', 'The rows of all other tables: analyses and their jobs, ranks, what a move from an '
    'older application put aside. A table that is not named has none of this learner. columns_of '
    'says what each means.'
);

REVOKE ALL ON FUNCTION hg__export_about FROM public;
