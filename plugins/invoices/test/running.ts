import type { Actor, Running } from '@patchbay/core'
import { byItself } from '../../../core/actions.ts'
import { asker, contextOf, studioVoice } from '../../../core/events.ts'
import { teller } from '../../../core/outbox.ts'
import type { House } from '../../../test/helper.ts'

/** Runs work as an action would, in a transaction of its own, for what only other plugins call; the owner does it. */
export async function desk<T>({ host, studio, db, owner }: House, work: (running: Running) => Promise<T>): Promise<T> {
  const switched = await host.switches.of(studio, db)
  const person: Actor = { id: owner.id, name: owner.name, role: 'owner' }
  const voice = studioVoice(host, studio)
  return db.transaction(async trx => {
    const { tell, write } = teller(trx, person.id, person.name)
    const done = await work({
      ...contextOf(host, trx, studio, switched, 'invoices', voice),
      person,
      from: { ip: null, agent: null },
      can: () => true,
      tell,
      ask: asker(host, { db: trx, studio, switched, person, can: () => true, voice }),
      did: byItself(trx),
      changed: () => undefined,
      hint: () => undefined
    })
    await write()
    return done
  })
}
