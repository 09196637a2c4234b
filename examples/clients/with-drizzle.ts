// Call it from Drizzle, typed, in one transaction with what the application itself writes.
//
//     npm --prefix examples/clients run build
//     node examples/clients/build/with-drizzle.js LEARNER
//
// DATABASE_URL names the database and a login with the role hg_app. A file to copy from.
import { randomUUID } from "node:crypto";
import { DrizzleQueryError, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import pg from "pg";
import type { HiddenGradeAsset, Paid, Receipt, Streak } from "./hidden-grade-asset.js";

// The document is the database's to write. For Drizzle it is a column that is always generated, so
// that .insert() and .update() do not even compile with it.
const users = pgTable("users", {
  id: integer("id").primaryKey(),
  grade: text("grade"),
  hiddenGradeAsset: jsonb("hidden_grade_asset")
    .$type<HiddenGradeAsset>()
    .generatedAlwaysAs(sql`NULL`),
});

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const db = drizzle(pool);
type Database = Pick<typeof db, "execute">;

interface Session {
  id: string;
  module: string;
  questions: number;
  correct: number;
  seconds: number;
}

/** Part of the transaction it is given: what it pays commits with it, or not at all. */
async function record(on: Database, learner: number, played: Session): Promise<Receipt> {
  const { rows } = await on.execute<{ receipt: Receipt }>(sql`
    SELECT hg_record_activity(
      p_user_id => ${learner}, p_activity_id => ${played.id}, p_module => ${played.module},
      p_questions => ${played.questions}, p_correct => ${played.correct},
      p_seconds => ${played.seconds}
    ) AS receipt`);
  return rows[0]!.receipt;
}

async function buy(learner: number, amount: number, what: string): Promise<Paid | null> {
  try {
    const { rows } = await db.execute<{ paid: Paid }>(
      sql`SELECT hg_spend_tokens(${learner}, ${randomUUID()}, ${amount}, ${what}) AS paid`,
    );
    return rows[0]!.paid;
  } catch (error) {
    // Drizzle wraps the driver's error, which has SQLSTATE and what the server said.
    const cause = error instanceof DrizzleQueryError ? error.cause : error;
    if (!(cause instanceof pg.DatabaseError) || cause.code !== "LG402") throw error;
    console.log(JSON.stringify({ refused: cause.message, why: cause.detail }));
    return null;
  }
}

const learner = Number(process.argv[2]);
// The id is made with the session, not with the call that sends it.
const played: Session = {
  id: randomUUID(), module: "addition_facts", questions: 6, correct: 6, seconds: 41,
};
for (let sent = 0; sent < 2; sent += 1) {
  const receipt = await db.transaction((tx) => record(tx, learner, played));
  const { replayed, tokens_awarded, tokens } = receipt;
  console.log(JSON.stringify({ replayed, tokens_awarded, tokens }));
}
const paid = await buy(learner, 4, "a hat for the avatar");
// One figure of hg_document, which knows what has become of yesterday's; not of the column.
const [now] = await db
  .select({
    tokens: sql<number>`(hg_document(${users.id}) #> '{global_stats,tokens}')::integer`,
    streak: sql<Streak>`hg_streak(${users.id})`,
  })
  .from(users)
  .where(eq(users.id, learner));
console.log(JSON.stringify({ paid: paid?.amount, tokens: now!.tokens }));
await buy(learner, 1000, "a castle for the avatar");
console.log(JSON.stringify({ streak_days: now!.streak.streak_days, status: now!.streak.status }));
await pool.end();
