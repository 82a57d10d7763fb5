import type { Db, Facts, Tell } from './plugin.ts'

/** A fact as it is told: written to the outbox with the change, delivered after its commit. Only a studio has an outbox. */
export interface Told {
  outbox_id: number
  fact: keyof Facts & string
  ids: Record<string, unknown>
}

/** Collects facts inside a transaction and writes them to its outbox. */
export function teller(db: Db, byId: number | null, byName: string): { tell: Tell; write: () => Promise<Told[]> } {
  const waiting: { fact: keyof Facts & string; ids: Record<string, unknown> }[] = []
  return {
    tell: (fact, ids) => void waiting.push({ fact, ids: { ...(ids as object) } }),
    async write() {
      if (waiting.length === 0) return []
      const rows = await db('outbox')
        .insert(waiting.map(({ fact, ids }) => ({ fact, ids: JSON.stringify(ids), by_id: byId, by_name: byName })))
        .returning<{ id: number }[]>('id')
      return waiting.map(({ fact, ids }, index) => ({ outbox_id: rows[index]?.id ?? 0, fact, ids }))
    }
  }
}
