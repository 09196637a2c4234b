// Call it from node-postgres: a session, its retry, a purchase, and what goes wrong.
//
//     node examples/clients/with-node-postgres.mjs LEARNER
//
// DATABASE_URL names the database and a login with the role hg_app. A file to copy from.
import { randomUUID } from "node:crypto";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });

// The connection broke, or the server gave up on the transaction: nobody knows whether it counted.
// The same call with the same id may be sent again; if it did count, the stored receipt comes back.
const RETRY = /^(08|40|57P0[123]|55P03|E)/; // E: ECONNRESET and its like, from the socket
const ATTEMPTS = 3;

/** The receipt. However often a retry sends it, the session counts once. */
async function record(learner, session) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { rows } = await pool.query(
        `SELECT hg_record_activity(
           p_user_id => $1, p_activity_id => $2, p_module => $3,
           p_questions => $4, p_correct => $5, p_seconds => $6
         ) AS receipt`,
        [learner, session.id, session.module, session.questions, session.correct, session.seconds],
      );
      return rows[0].receipt;
    } catch (error) {
      if (attempt === ATTEMPTS || !RETRY.test(error.code ?? "")) throw error;
    }
  }
}

/** What was paid, or null where the learner has too little; anything else is an error. */
async function buy(learner, amount, what) {
  try {
    const { rows } = await pool.query("SELECT hg_spend_tokens($1, $2, $3, $4) AS paid", [
      learner, randomUUID(), amount, what,
    ]);
    return rows[0].paid;
  } catch (error) {
    if (error.code !== "LG402") throw error;
    console.log(JSON.stringify({ refused: error.message, why: error.detail }));
    return null;
  }
}

const learner = process.argv[2];
// The id is made with the session, not with the call that sends it.
const session = {
  id: randomUUID(), module: "addition_facts", questions: 6, correct: 6, seconds: 41,
};
for (let sent = 0; sent < 2; sent += 1) {
  const { replayed, tokens_awarded, tokens } = await record(learner, session);
  console.log(JSON.stringify({ replayed, tokens_awarded, tokens }));
}
const paid = await buy(learner, 4, "a hat for the avatar");
console.log(JSON.stringify({ paid: paid.amount, tokens: paid.tokens }));
await buy(learner, 1000, "a castle for the avatar");
const { rows } = await pool.query("SELECT hg_streak($1) AS streak", [learner]);
const { streak_days, status } = rows[0].streak;
console.log(JSON.stringify({ streak_days, status }));
await pool.end();
