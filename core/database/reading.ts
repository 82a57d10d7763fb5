import type { Knex } from 'knex'
import { builderOver, type Connection, type PreparedPgClient } from './knex-client.ts'

/**
 * Reads that do not wait for each other's answers, sent in one trip over one connection, which costs less than half of
 * one after the other: `const [notes, tags] = await together(db, db => [listNotes(db, 7), usedTags(db)])`. Each is still a
 * statement of its own; within a transaction they are part of it. When one fails the whole does, once all are answered.
 */
export async function together<const Reads extends readonly unknown[]>(
  db: Knex,
  reads: (db: Knex) => Reads
): Promise<{ -readonly [At in keyof Reads]: Awaited<Reads[At]> }> {
  const client = db.client as PreparedPgClient
  const connection = await client.acquireConnection()
  const { stream } = connection.connection
  // what is asked in this turn of the event loop leaves in one piece
  stream.cork()
  process.nextTick(() => stream.uncork())
  const lent = db.isTransaction || shared.has(db) ? undefined : lend(connection, db)
  try {
    const outcomes = await Promise.allSettled(reads(lent?.db ?? db))
    const failed = outcomes.find(outcome => outcome.status === 'rejected')
    if (failed) throw failed.reason
    return outcomes.map(outcome => (outcome as PromiseFulfilledResult<unknown>).value) as never
  } finally {
    if (lent) lent.to = undefined
    await client.releaseConnection(connection)
  }
}

/**
 * The rows of a statement as it is written, with `?` for its bindings. What a page asks each time need not be put together
 * each time: that takes as long as to send it.
 */
export function rowsOf<Row>(db: Knex, sql: string, bindings: readonly unknown[] = []): Promise<Row[]> {
  return (db.client as PreparedPgClient).rows(sql, bindings) as Promise<Row[]>
}

/**
 * The same, planned anew for its values: where a plan for any value would be a bad one, as with a text to look for, of
 * which PostgreSQL must know whether it is rare.
 */
export function rowsAfresh<Row>(db: Knex, sql: string, bindings: readonly unknown[]): Promise<Row[]> {
  return (db.client as PreparedPgClient).rows(sql, bindings, { name: '' }) as Promise<Row[]>
}

/** A builder on one connection, as long as it is lent. */
interface Lent {
  db: Knex
  /** Whose it is now; nobody's once it was given back. */
  to: Knex | undefined
}

const loans = new WeakMap<Connection, Lent>()
const shared = new WeakSet<Knex>()

/** Made once a connection, for a builder takes longer to make than a page's statements to run. */
function lend(connection: Connection, to: Knex): Lent {
  const known = loans.get(connection)
  if (known) return Object.assign(known, { to })
  const lent: Lent = { to, db: builderOver({ acquire, release: () => {} }) }
  async function acquire(): Promise<Connection> {
    if (!lent.to) throw new Error('a read of `together` asked when the others were over: await it there')
    return connection
  }
  lent.db.on('query', statement => (lent.to?.client as PreparedPgClient | undefined)?.emit('query', statement))
  loans.set(connection, lent)
  shared.add(lent.db)
  return lent
}
