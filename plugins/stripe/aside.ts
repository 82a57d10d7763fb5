import { Refusal } from '@patchbay/core/errors'
import type { FieldError } from '@patchbay/core/errors'
import type { Hearing, Running } from '@patchbay/core'

/**
 * What Stripe told is written as an action of nobody writes: inside the transaction of a listener. When it is refused all
 * of it is as before, nothing is told of it, and the sentence comes back.
 */
export async function aside<T>(
  hearing: Hearing,
  work: (running: Running) => Promise<T>
): Promise<{ ok: true; value: T } | { ok: false; sentence: FieldError }> {
  const told: (() => unknown)[] = []
  try {
    const value = await hearing.db.transaction(db =>
      work({
        ...hearing,
        db,
        person: { id: null, name: 'Stripe', role: 'owner' },
        from: { ip: null, agent: null },
        can: () => true,
        changed: () => undefined,
        hint: () => undefined,
        ask: (question, input, over = db) => hearing.ask(question, input, over),
        tell: (fact, ids) => void told.push(() => hearing.tell(fact, ids)),
        did: async (...note) => void told.push(() => hearing.did(...note))
      })
    )
    for (const tell of told) await tell()
    return { ok: true, value }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { ok: false, sentence: Object.values(error.errors)[0] ?? 'errors.invalid' }
  }
}
