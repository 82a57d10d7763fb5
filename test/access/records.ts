import { SignIns } from '../../core/people/sign-ins.ts'
import { newToken } from '../../core/secrets.ts'
import type { Role } from '../../core/plugin.ts'
import { filesOf } from '../../core/storage.ts'
import type { Studio } from '../../core/database/tenants.ts'
import { addMember } from '../helper.ts'
import { declared } from './declared.ts'
import type { Body, Making } from './declared.ts'
import type { House } from '../helper.ts'

/** Makes records by plain SQL, each time a fresh one: whatever a write does to it, the next test has its own. */
export interface Records {
  client: () => Promise<number>
  note: (client: number) => Promise<number>
  contact: (client: number) => Promise<number>
  room: () => Promise<number>
  session: (state?: string) => Promise<number>
  importing: () => Promise<number>
  notification: () => Promise<number>
  invitation: () => Promise<number>
  member: (role?: Role) => Promise<number>
  token: () => Promise<number>
  signIn: () => Promise<number>
  /** What records of plugins are made with. */
  making: Making
}

/** Records of `studio`; those that belong to somebody belong to `person`. */
export function recordsOf({ host }: House, studio: Studio, person: number): Records {
  const db = host.tenants.db(studio)
  const { master } = host.tenants
  const add = async (from: typeof db, table: string, row: object): Promise<number> => {
    const [made] = await from(table).insert(row).returning<{ id: number }[]>('id')
    return made?.id ?? 0
  }
  const client = () => add(db, 'clients', { kind: 'person', name: `Client ${next()}` })
  const room = () =>
    add(db, 'rooms', { name: `Cabine ${next()}`, kind: 'cabine', always_open: true, hourly_cents: 4500 })
  const records: Records = {
    client,
    room,
    note: client_id => add(db, 'client_notes', { client_id, author_id: person, body: 'Note' }),
    contact: client_id => add(db, 'client_contacts', { client_id, name: 'Contact' }),
    session: async (state = 'confirmed') => {
      const at = new Date(Date.now() + 864e5)
      const option = state === 'option' ? { rank: 1, expires_at: at } : {}
      const cancelled = state === 'cancelled' ? { cancelled_at: new Date(), cancelled_from: 'confirmed' } : {}
      const ends_at = new Date(at.getTime() + 36e5)
      return add(db, 'sessions', {
        room_id: await room(),
        client_id: await client(),
        starts_at: at,
        ends_at,
        state,
        ...option,
        ...cancelled
      })
    },
    importing: () => {
      const columns = JSON.stringify({ heads: ['Nom'], meanings: ['name'] })
      return add(db, 'client_imports', { person_id: person, format: 'csv', columns, rows: JSON.stringify([['Zoé']]) })
    },
    notification: () => {
      const told = { kind: 'sessions.booked', text: 'sessions.notices.booked', path: '/sessions' }
      return add(db, 'notifications', { person_id: person, ...told })
    },
    invitation: () =>
      add(master, 'invitations', {
        organization_id: studio.id,
        email: `invited-${next()}@example.test`,
        role: 'engineer',
        token_hash: newToken().hash,
        invited_by: person,
        expires_at: new Date(Date.now() + 864e5)
      }),
    member: (role = 'engineer') => addMember(host.tenants, studio, `Membre ${next()}`, role),
    token: () =>
      add(master, 'api_tokens', {
        user_id: person,
        organization_id: studio.id,
        name: 'Jeton',
        token_hash: newToken().hash,
        permissions: ['clients.read']
      }),
    async signIn() {
      await new SignIns(master).add(master, { user_id: person, device: 'test', ip: '127.0.0.1' })
      const row = await master('sign_ins').where({ user_id: person }).max<{ id: number }[]>('id as id')
      return row[0]?.id ?? 0
    },
    get making() {
      return { db, folder: filesOf(host.env, studio), person, records, next }
    }
  }
  return records
}

let made = 0
const next = () => `${process.pid}-${++made}`

/** Which records an address names: `{ id: 7, note: 12 }` for `/clients/:id/notes/:note`. */
export async function paramsOf(url: string, records: Records): Promise<Record<string, string | number>> {
  if (url.includes('/clients/:id/notes/:note')) {
    const id = await records.client()
    return { id, note: await records.note(id) }
  }
  if (url.includes('/clients/:id/contacts/:contact')) {
    const id = await records.client()
    return { id, contact: await records.contact(id) }
  }
  if (!url.includes('/:', '/s/:studio'.length)) return {}
  // of several parts of a plugin, the one that says most
  const fitting = declared.flatMap(({ params = {} }) =>
    Object.entries(params).filter(([start]) => url.startsWith(start))
  )
  const [, own] = fitting.toSorted(([a], [b]) => b.length - a.length)[0] ?? []
  if (own) return own(records.making, url)
  const [, make] = Object.entries(makers).find(([start]) => url.startsWith(start)) ?? []
  if (!make) throw new Error(`${url}: say in test/access/records.ts which records it is about`)
  return make(records, url)
}

type Maker = (records: Records, url: string) => Promise<Record<string, string | number>>

/** By the beginning of an address, the first that fits. */
const makers: Record<string, Maker> = {
  '/s/:studio/clients/imports/:id': async records => ({ id: await records.importing() }),
  '/s/:studio/notifications/:id': async records => ({ id: await records.notification() }),
  '/s/:studio/clients/:id': async records => ({ id: await records.client() }),
  '/s/:studio/sessions/rooms/:id': async records => ({ id: await records.room() }),
  '/s/:studio/sessions/day/:day': async () => ({ day: '2026-11-24' }),
  '/s/:studio/sessions/:id': async (records, url) => ({ id: await records.session(stateBefore(url)) }),
  '/s/:studio/members/invitations/:id': async records => ({ id: await records.invitation() }),
  '/s/:studio/members/:id': async records => ({ id: await records.member() }),
  '/s/:studio/tokens/:id': async records => ({ id: await records.token() }),
  '/s/:studio/settings/plugins/:plugin': async () => ({ plugin: 'sessions' }),
  '/account/sign-ins/:id': async records => ({ id: await records.signIn() }),
  '/reset/:token': async () => ({ token: 'x'.repeat(43) }),
  '/confirm/:token': async () => ({ token: 'x'.repeat(43) }),
  '/invitations/:token': async () => ({ token: 'x'.repeat(43) })
}

/** The state from which a step of a session is possible. */
function stateBefore(url: string): string {
  if (/confirmation|release/.test(url)) return 'option'
  if (url.endsWith('completion')) return 'in_progress'
  return url.endsWith('reopening') ? 'cancelled' : 'confirmed'
}

/** What people would send; without an entry nothing is to be sent. `email` is one that nobody has. */
export async function bodyOf(url: string, records: Records): Promise<Record<string, string | number>> {
  const path = url.replace(/^\/s\/:studio/, '')
  const own = declared.find(one => one.bodies?.[path])?.bodies?.[path]
  if (own) return typeof own === 'function' ? own(records.making) : own
  const given = bodies[path]
  return typeof given === 'function' ? given(records) : (given ?? {})
}

const bodies: Record<string, Body | ((records: Records) => Promise<Body>)> = {
  '/members/invitations': async () => ({ email: `new-${next()}@example.test`, role: 'engineer' }),
  '/members/:id/role': { role: 'assistant' },
  '/settings': { name: 'Studio Test', locale: 'fr', timezone: 'Europe/Paris', currency: 'EUR' },
  '/settings/plugins/:plugin/switch': { enabled: 'on' },
  '/tokens': { name: 'Jeton', permissions: 'clients.read', days: '90' },
  '/account': { name: 'Personne', locale: 'fr', theme: 'dark' },
  '/account/theme': { theme: 'dark' },
  '/studios': async () => ({ name: `Studio ${next()}` }),
  '/clients': async () => ({ kind: 'person', name: `Zoé ${next()}` }),
  '/clients/quick': async () => ({ kind: 'person', name: `Zoé ${next()}` }),
  '/clients/selection': async records => ({ ids: await records.client(), change: 'archive' }),
  '/clients/:id': { kind: 'person', name: 'Zoé' },
  '/clients/:id/tags': { tags: 'fidèle' },
  '/clients/:id/notes': { body: 'Bonjour' },
  '/clients/:id/notes/:note': { body: 'Bonjour' },
  '/clients/:id/contacts': { name: 'Manager' },
  '/clients/:id/contacts/:contact': { name: 'Manager' },
  '/clients/:id/merging': async records => ({ from: await records.client(), into: await records.client() }),
  '/clients/imports': { content: 'Nom;Mail\nZoé;zoe@example.test' },
  '/clients/imports/:id': { columns: 'name' },
  '/sessions/rooms': async () => ({ name: `Studio ${next()}`, kind: 'cabine', colour: 1, always_open: 'on' }),
  '/sessions/rooms/:id': async () => ({ name: `Studio ${next()}`, kind: 'cabine', colour: 1, always_open: 'on' }),
  '/sessions': async records => ({ ...(await booking(records)), state: 'confirmed' }),
  '/sessions/over': async records => ({ ...(await booking(records)), state: 'confirmed', over_reason: 'Urgence' }),
  '/sessions/:id': booking,
  '/sessions/:id/over': async records => ({ ...(await booking(records)), over_reason: 'Urgence' }),
  '/sessions/:id/move': async records => ({
    room_id: await records.room(),
    day: '2027-03-02',
    starts: '14:00',
    ends_day: '2027-03-02',
    ends: '16:00'
  }),
  '/sessions/:id/cancellation': { reason: 'Malade' }
}

async function booking(records: Records): Promise<Body> {
  return {
    room_id: await records.room(),
    client_id: await records.client(),
    day: '2027-03-01',
    starts: '14:00',
    ends: '18:00'
  }
}
