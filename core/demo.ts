import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { records } from './actions.ts'
import { asker, contextOf, studioVoice } from './events.ts'
import type { Host } from './host.ts'
import { hashPassword } from './people/passwords.ts'
import type { PastFact, Role, Seeding } from './plugin.ts'
import { createStudio, deleteStudio } from './database/provision.ts'
import type { Studio } from './database/tenants.ts'

const slug = 'demo'
const ownerMail = 'camille.moreau@demo.test'
const crew: { name: string; email: string; role: Role }[] = [
  { name: 'Camille Moreau', email: ownerMail, role: 'owner' },
  { name: 'Yannick Le Goff', email: 'yannick.legoff@demo.test', role: 'manager' },
  { name: 'Inès Benhaddou', email: 'ines.benhaddou@demo.test', role: 'engineer' },
  { name: 'Théo Vasseur', email: 'theo.vasseur@demo.test', role: 'engineer' },
  { name: 'Maëlle Kerouédan-Dubois', email: 'maelle.kerouedan@demo.test', role: 'engineer' },
  { name: 'Sacha Lindqvist', email: 'sacha.lindqvist@demo.test', role: 'assistant' }
]

/**
 * Makes the demo studio when the installation has no studio and no user at all: a French studio with its people and, by
 * each plugin's `seed`, months of believable work. `begin` is called before, because it takes some seconds.
 */
export async function ensureDemo(host: Host, begin: () => void): Promise<void> {
  // of two first starts at once, one makes it and the other waits
  await host.tenants.work.transaction(async trx => {
    await trx.raw(`select pg_advisory_xact_lock(hashtextextended('patchbay demo', 0))`)
    if ((await trx('organizations').first('id')) || (await trx('users').first('id'))) return
    begin()
    await makeDemo(host)
  })
}

/** Throws the demo studio away with everything in it, and makes it again. */
export async function resetDemo(host: Host): Promise<Studio> {
  const { master } = host.tenants
  const studio = await host.tenants.find(slug)
  if (studio) await deleteStudio(host.tenants, studio.id)
  const emails = crew.map(({ email }) => email)
  await master('users')
    .whereIn('email', emails)
    .whereNotExists(master('organization_members').whereRaw('user_id = users.id').select('user_id'))
    .delete()
  return makeDemo(host)
}

/** How to sign in to the demo, for who starts it; undefined when there is none. */
export function demoSignIn(dataDir: string): { email: string; password: string } | undefined {
  const file = signInFile(dataDir)
  return existsSync(file) ? { email: ownerMail, password: readFileSync(file, 'utf8').trim() } : undefined
}

async function makeDemo(host: Host): Promise<Studio> {
  const password = keepPassword(host.env.DATA_DIR)
  const password_hash = await hashPassword(password)
  const members: { id: number; name: string; email: string; role: Role }[] = []
  const studio = await createStudio(host.tenants, {
    name: 'Studio Belleville',
    slug,
    via: 'cli',
    inRegistry: async trx => {
      for (const person of crew) {
        const { name, email } = person
        const row = { name, email, password_hash, locale: 'fr', email_confirmed_at: trx.fn.now() }
        const [user] = await trx('users')
          .insert(row)
          .onConflict('email')
          .merge(['name'])
          .returning<{ id: number }[]>('id')
        members.push({ id: user?.id ?? 0, ...person })
      }
      return { user_id: members[0]?.id ?? 0 }
    }
  })
  const others = members.slice(1)
  await host.tenants
    .master('organization_members')
    .insert(others.map(({ id, role }) => ({ organization_id: studio.id, user_id: id, role })))
  await host.tenants.db(studio)('people').insert(others)
  try {
    await seed(host, studio)
  } catch (error) {
    await deleteStudio(host.tenants, studio.id)
    throw error
  }
  return studio
}

/** Every plugin's data, in list order, and what they say was done, as the trail of the months behind. */
async function seed(host: Host, studio: Studio): Promise<void> {
  const db = host.tenants.db(studio)
  const switched = await host.switches.of(studio, db)
  const people = await db('people').select<{ id: number; name: string }[]>('id', 'name').orderBy('id')
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const trail: {
    at: Date
    person_id: number | null
    person_name: string
    via: string
    action: string
    about: string[]
  }[] = []
  const voice = studioVoice(host, studio)
  const did: Seeding['did'] = (action, at, about, person_id) => {
    const person_name = (person_id !== null && names.get(person_id)) || voice.t('visitor')
    trail.push({ at, person_id, person_name, via: 'form', action, about: records(about) })
  }
  const past: PastFact[] = []
  const told: Seeding['told'] = (fact, at, ids, person_id) => {
    past.push({ fact, at, ids: { ...ids }, person_id })
  }
  for (const plugin of host.plugins) {
    await db.transaction(async trx => {
      const person = { id: people[0]?.id ?? null, name: people[0]?.name ?? studio.name, role: 'owner' as const }
      await plugin.seed?.({
        ...contextOf(host, trx, studio, switched, plugin.id, voice),
        ask: asker(host, { db: trx, studio, switched, person, can: () => true, voice }),
        people,
        did,
        told,
        past
      })
    })
  }
  await db.batchInsert(
    'activity',
    trail.toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    500
  )
}

/** A password nobody can know beforehand, readable by whoever may read the data folder. */
function keepPassword(dataDir: string): string {
  const known = demoSignIn(dataDir)?.password
  if (known) return known
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const word = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('')
  const password = [word(), word(), word()].join('-')
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(signInFile(dataDir), `${password}\n`, { mode: 0o600 })
  return password
}

const signInFile = (dataDir: string) => join(dataDir, 'demo-password')
