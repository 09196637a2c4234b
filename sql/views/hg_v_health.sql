-- How the installation is, in one row: the figures of hg_status as columns.
CREATE OR REPLACE VIEW hg_v_health AS
SELECT
    s.status ->> 'state' AS state,
    (s.status ->> 'live')::boolean AS live,
    CASE
        WHEN jsonb_path_exists(s.status, '$.concerns.* ? (@ == "bad")') THEN 'bad'
        WHEN jsonb_path_exists(s.status, '$.concerns.* ? (@ == "look")') THEN 'look'
        ELSE 'ok'
    END AS level,
    jsonb_array_length(s.status -> 'warnings') AS warnings,
    s.status #>> '{warnings,0}' AS first_warning,
    s.status ->> 'code_version' AS code_version,
    (s.status #>> '{users,learners}')::bigint AS learners,
    (s.status #>> '{users,without_document}')::bigint AS without_document,
    (s.status #>> '{users,bytes}')::bigint AS users_bytes,
    (s.status #>> '{users,hot_share}')::numeric AS hot_share,
    (s.status #>> '{users,vacuum,dead_share}')::numeric AS dead_share,
    (s.status #>> '{verified,sampled}')::integer AS sampled,
    (s.status #>> '{verified,differing}')::integer AS differing,
    (s.status #>> '{ledger,rows}')::bigint AS ledger_rows,
    (s.status #>> '{ledger,bytes}')::bigint AS ledger_bytes,
    (s.status #>> '{oldest_transaction,seconds}')::bigint AS oldest_transaction_seconds,
    (s.status #>> '{ai,ready}')::bigint AS analyses_ready,
    (s.status #>> '{ai,dead}')::bigint AS analyses_dead,
    (s.status #>> '{ai,oldest_ready_seconds}')::bigint AS analyses_oldest_seconds,
    (s.status #>> '{leaderboard,age_seconds}')::bigint AS leaderboard_seconds
FROM hg_status() AS s (status);

COMMENT ON VIEW hg_v_health IS
'How the installation is: one row, for a dashboard or an alarm. Only the owner may read it; '
'docs/operating.md says how it is granted.';
COMMENT ON COLUMN hg_v_health.state IS 'hg_installation.state.';
COMMENT ON COLUMN hg_v_health.live IS 'Whether the API answers.';
COMMENT ON COLUMN hg_v_health.level IS
'ok; look: somebody should look at daytime; bad: now. The gravest of the warnings.';
COMMENT ON COLUMN hg_v_health.warnings IS 'How many warnings hg_status has.';
COMMENT ON COLUMN hg_v_health.first_warning IS 'The gravest, with what to do; NULL: none.';
COMMENT ON COLUMN hg_v_health.code_version IS 'The version of the functions loaded.';
COMMENT ON COLUMN hg_v_health.learners IS 'Learners; an estimate where users is large.';
COMMENT ON COLUMN hg_v_health.without_document IS 'Learners who have no document.';
COMMENT ON COLUMN hg_v_health.users_bytes IS 'Bytes of users with its indexes.';
COMMENT ON COLUMN hg_v_health.hot_share IS
'Share of updates of users that stayed on their page, 0-1, since the statistics were reset.';
COMMENT ON COLUMN hg_v_health.dead_share IS 'Share of the rows of users that are dead, 0-1.';
COMMENT ON COLUMN hg_v_health.sampled IS 'Learners compared with their ledgers just now.';
COMMENT ON COLUMN hg_v_health.differing IS 'Those of them whose document differs.';
COMMENT ON COLUMN hg_v_health.ledger_rows IS
'Rows of the ledger, an estimate; NULL before the first ANALYZE.';
COMMENT ON COLUMN hg_v_health.ledger_bytes IS 'Bytes of the ledger with its indexes.';
COMMENT ON COLUMN hg_v_health.oldest_transaction_seconds IS
'Age of the transaction that keeps vacuum back for longest; NULL: none that this role may see.';
COMMENT ON COLUMN hg_v_health.analyses_ready IS 'Jobs of analyses that a worker would get now.';
COMMENT ON COLUMN hg_v_health.analyses_dead IS 'Jobs that were given up.';
COMMENT ON COLUMN hg_v_health.analyses_oldest_seconds IS
'How long the job at the head has been ready; NULL: none is.';
COMMENT ON COLUMN hg_v_health.leaderboard_seconds IS
'Age of the leaderboard; NULL before the first refresh.';
