-- Erases a learner, who stays in users and begins anew.
-- Writes: users, hg_ledger, hg_tombstones, and as hg__forget_learner. Calls: hg__check_present,
-- hg__check_erasure_reason, hg__require_live, hg__grade_number, hg__raise_unknown_learner,
-- hg__skeleton, hg__forget_learner, hg__forget_older_document, hg__begin_ledger,
-- hg__store_document, hg__leave_tombstone. Raises: 22023, 55000, LG404.
-- SECURITY DEFINER: whoever is granted it needs no right on the tables.
CREATE OR REPLACE FUNCTION hg_erase_learner(
    p_user_id users.id%TYPE, p_reason text
) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path FROM CURRENT
AS $hg_erase_learner$
DECLARE
    v_version integer;
    v_document jsonb;
    v_grade smallint;
    v_skeleton jsonb;
    v_baselines bigint;
    v_rows jsonb;
BEGIN
    PERFORM hg__check_present('p_user_id', p_user_id::text, 'Give users.id of the learner.');
    PERFORM hg__check_erasure_reason(p_user_id::text, p_reason);
    PERFORM hg__require_live();
    SELECT u.hidden_grade_asset, hg__grade_number(u.grade::text)
    INTO v_document, v_grade
    FROM users AS u
    WHERE u.id = p_user_id
    FOR NO KEY UPDATE;
    IF NOT found THEN
        PERFORM hg__raise_unknown_learner(p_user_id::text);
    END IF;
    v_version := (SELECT i.rules_version FROM hg_installation AS i);
    v_skeleton := hg__skeleton(v_version, v_grade);
    -- A baseline says nothing of the learner, and there will be one again.
    v_baselines := (
        SELECT count(*) FROM hg_ledger AS l WHERE l.user_id = p_user_id AND l.kind = 'skeleton'
    );

    v_rows := hg__forget_learner(p_user_id);
    v_rows := v_rows || jsonb_build_object(
        'hg_ledger', (v_rows ->> 'hg_ledger')::bigint - v_baselines,
        'users', hg__forget_older_document(p_user_id)
        + (v_document IS NOT NULL AND v_document <> v_skeleton)::integer
    );
    PERFORM hg__begin_ledger(p_user_id, NULL, v_version, v_grade);
    PERFORM hg__store_document(p_user_id, v_skeleton);
    RETURN jsonb_build_object(
        'kind', 'erasure',
        'erased', hg__leave_tombstone('erased', p_reason, 1, v_rows),
        'rows', v_rows
    );
END
$hg_erase_learner$;

REVOKE ALL ON FUNCTION hg_erase_learner FROM public;

COMMENT ON FUNCTION hg_erase_learner IS
$$Erases a learner: the ledger, snapshots, analyses with their jobs and costs, what the leaderboard
keeps, and what a move from older tables archived or put in quarantine. The document becomes that of
a new learner, time zone and keys unknown here included, and the learner can go on; hg_verify is
clean. The row in users stays, with the columns that are the application's: deleting it erases all
of this, too. What is left is a row of hg_tombstones: the day, who, why, how many rows; not of whom.

Arguments: p_reason 1-500 characters, kept in the tombstone: it must not contain the learner's
users.id as a word, and should hold no name either.
Receipt: kind ("erasure"), erased (false: there was nothing; then no tombstone is left), rows
{table: how many went}; of users, documents. A fresh baseline in the ledger is not counted.
Ids of activities, spends and grants are forgotten: a retry that comes later counts anew. Figures
already published (exports, backups, logs, the spread of the leaderboard until the next refresh) are
not reached.
Errors: 22023 an argument out of its domain, 55000 a legacy import is pending, LG404 unknown
learner. After an error nothing has changed.

Only the owner may call it; grant it to whom you like.

Example: SELECT hg_erase_learner(1, 'the parents asked for it') -> 'rows';

What it reaches and what not: docs/privacy.md$$;
